"""Builds the demonstration team through the same actions that a person's clicks call."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts import actions
from accounts.models import Membership, Team, User
from pathway.demonstration import assess, cases, followed, laboratory, meet, people, perform, post, reminders
from pathway.demonstration.cases import Case
from patients.actions import labs, lesions, record, register, tasks
from patients.models import LabResult, Patient, Task

REGISTERED_TWICE, SECOND_NUMBER = "Lindgren", "1193 5502"
EARLIER_LABS_DAYS_AGO = (132, 74)
# What the values were then, as parts of what they are now, so that there is a course to look at.
THEN = {
    "bilirubin_umol_per_l": (0.8, 0.9),
    "albumin_g_per_l": (1.05, 1.02),
    "alt_u_per_l": (0.75, 1.2),
    "ast_u_per_l": (0.8, 1.15),
    "crp_mg_per_l": (0.7, 1.3),
    "afp_ng_per_ml": (0.45, 0.7),
    "leukocytes_10e9_per_l": (1.08, 0.96),
    "platelets_10e9_per_l": (1.12, 1.05),
}


@transaction.atomic
def make_demonstration(*, at: datetime) -> Team:
    """Make the team, its people and its patients; a team that is there already is left as it is."""
    team, is_new = Team.objects.get_or_create(name=people.TEAM_NAME)
    if is_new:
        colleagues = {person.email.split("@")[0]: _colleague(person, team, at) for person in people.PEOPLE}
        _note_leave(colleagues, at)
        for case in (*cases.ALL, *followed.ALL):
            _make_patient(case, team, colleagues, at)
        perform.perform_all(team, colleagues["clinician"], at)
        _make_tasks(team, colleagues, at)
        followed.follow_all(team, colleagues, at)
        reminders.sweep_and_lose_one(team, colleagues, at)
        post.write_letters(team, colleagues, at)
        meet.prepare_meeting(team, colleagues, at)
        _register_again(team, colleagues["colleague"], at)
    return team


def _colleague(person: people.Person, team: Team, at: datetime) -> User:
    user = User.objects.create_user(
        person.email, people.PASSWORD, name=person.name, is_site_admin=person.is_site_admin, last_login=at
    )
    Membership.objects.create(user=user, team=team, role=person.role, is_lead=person.is_lead)
    return user


def _note_leave(colleagues: Mapping[str, User], at: datetime) -> None:
    members = {name: user.memberships.get() for name, user in colleagues.items()}
    actions.set_absence(
        membership=members[people.ON_LEAVE],
        away_from=at.date() - timedelta(days=people.LEAVE_BEGAN_DAYS_AGO),
        away_until=at.date() + timedelta(days=people.LEAVE_ENDS_IN_DAYS),
        deputy=members[people.DEPUTY],
        by=colleagues["lead"],
        at=at - timedelta(days=people.LEAVE_BEGAN_DAYS_AGO),
    )


def _make_patient(case: Case, team: Team, colleagues: Mapping[str, User], at: datetime) -> Patient:
    by = colleagues["coordinator"]
    registered_at = at - timedelta(days=case.signed_days_ago + 9)
    patient = register.register_patient(
        team=team,
        by=by,
        at=registered_at,
        who={
            "mrn": case.mrn,
            "family_name": case.family_name,
            "given_name": case.given_name,
            "birth_date": date.fromisoformat(case.born),
            "sex": case.sex,
            # Numbers that Ofcom keeps for stories: nobody answers.
            "phone": f"020 7946 0{case.mrn[-3:]}",
        },
        diagnosis={
            "basis": "imaging",
            "diagnosed_on": registered_at.date() - timedelta(days=20),
            "hepatitis_b": "yes",
            "hepatitis_c": "no",
            "cirrhosis": "compensated",
        },
    )
    _add_allergies(patient, case, by, registered_at)
    _add_lesions(patient, case, by, registered_at)
    _add_labs(patient, case, by, at)
    assess.assess(patient, case, colleagues, at - timedelta(days=case.signed_days_ago))
    return patient


def _register_again(team: Team, by: User, at: datetime) -> None:
    """Somebody did not find a patient and made a second record, with a slip in its number."""
    known = Patient.objects.get(team=team, family_name=REGISTERED_TWICE)
    same = {name: getattr(known, name) for name in ("family_name", "given_name", "birth_date", "sex")}
    register.register_patient(
        team=team, by=by, at=at - timedelta(days=2), who={"mrn": SECOND_NUMBER, **same}, diagnosis={}
    )


def _add_allergies(patient: Patient, case: Case, by: User, at: datetime) -> None:
    if not case.allergy:
        record.confirm_allergies(patient=patient, by=by, at=at, on=at.date())
        return
    substance, reaction = case.allergy.split("|")
    known = {"substance": substance, "reaction": reaction}
    record.add_allergy(patient=patient, by=by, at=at, on=at.date(), known=known)


def _add_lesions(patient: Patient, case: Case, by: User, at: datetime) -> None:
    facts = case.facts()
    for segments, diameter in zip(case.segments, facts["lesion_diameters_mm"], strict=True):
        lesions.add_lesion(
            patient=patient,
            by=by,
            at=at,
            seen={"segments": list(segments), "capsule": facts["capsule"], "margin": facts["margin"]},
            size={
                "measured_on": at.date() - timedelta(days=2),
                "longest_mm": Decimal(diameter),
                "viable_mm": Decimal(diameter),
                "source": "MRI",
            },
        )


def _add_labs(patient: Patient, case: Case, by: User, at: datetime) -> None:
    """The values of the assessment, and up to two earlier sets so that there is a trend to look at."""
    known = {name: value for name, value in case.facts().items() if name in assess.LABORATORY}
    for index, days_ago in enumerate((*EARLIER_LABS_DAYS_AGO, case.labs_days_ago)):
        if days_ago < case.labs_days_ago:
            continue
        taken_on = at.date() - timedelta(days=days_ago)
        entries = [
            laboratory.entry(name, value * (*THEN.get(name, (1, 1)), 1)[index], taken_on)
            for name, value in known.items()
        ]
        labs.record_labs(patient=patient, entries=entries, by=by, at=at, source=LabResult.Source.PASTED)


def _make_tasks(team: Team, colleagues: Mapping[str, User], at: datetime) -> None:
    """A few next steps: one late, one due, one that nobody owns."""
    today = at.date()
    for surname, kind, title, owner, due_in in (
        ("Castellano", Task.Kind.RECHECK, "Platelets 52 → 60: recheck in 1–2 weeks", "coordinator", 9),
        ("Adeyemi", Task.Kind.RECHECK, "INR after vitamin K", "clinician", -2),
        ("Kowalski", Task.Kind.OTHER, "Ask the referring hospital for the CT report", None, 1),
        ("Okafor", Task.Kind.CALL, "Call about premedication for contrast", "coordinator", 2),
        ("Brandt", Task.Kind.OTHER, "Ask the transplant team for their answer", "lead", 6),
    ):
        tasks.add_task(
            patient=Patient.objects.get(team=team, family_name=surname),
            by=colleagues["lead"],
            at=at - timedelta(days=5),
            kind=kind,
            title=title,
            due_from=today + timedelta(days=min(due_in, 0)),
            due_to=today + timedelta(days=due_in),
            owner=colleagues[owner] if owner else None,
            fact="platelets_10e9_per_l" if surname == "Castellano" else "",
        )
