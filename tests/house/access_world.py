"""Two teams, each with one of everything, and everybody who might knock: what the access matrix walks through."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Team, User
from accounts.roles import Role
from pathway.models import CohortImport
from tests.factories import accounts as account_factories
from tests.factories import assessments as assessment_factories
from tests.factories import followup as followup_factories
from tests.factories import letters as letter_factories
from tests.factories import meetings as meeting_factories
from tests.factories import merges as merge_factories
from tests.factories import pathway as pathway_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class World:
    """One team and one of everything in it. `argument(name)` gives what stands for a name in an address."""

    def __init__(self, name: str) -> None:
        self.team: Team = account_factories.TeamFactory(name=name)
        # Somebody whom no row of the matrix signs in as: the one on whom others act.
        self.member = account_factories.member(self.team, Role.CLINICIAN, name=f"Dr M. {name}")
        self.patient = patient_factories.PatientFactory(team=self.team)

    def argument(self, name: str) -> object:
        return ARGUMENTS[name](self)

    @cached_property
    def lesion(self):
        return patient_factories.LesionFactory(patient=self.patient)

    @cached_property
    def assessment(self):
        return assessment_factories.draft(self.patient, self.member)

    @cached_property
    def procedure(self):
        return procedure_factories.ProcedureFactory(
            patient=self.patient, created_by=self.member, started_at=NOW, modality="TACE"
        )

    @cached_property
    def review(self):
        """Open: imaged, read, to be decided."""
        return followup_factories.ImagingReviewFactory(
            patient=self.patient, after_procedure=self.procedure, opened_by=self.member, read=True
        )

    @cached_property
    def reading(self):
        return followup_factories.ReadingFactory(review=self.review, reader=self.member)

    @cached_property
    def decision(self):
        return followup_factories.DecisionFactory(
            reading__review__patient=self.patient,
            reading__review__after_procedure=self.procedure,
            reading__reader=self.member,
        )

    @cached_property
    def message(self):
        return followup_factories.message_to(self.member, self.team)

    @cached_property
    def registry_export(self):
        """Made, and kept for longer than any test runs."""
        return pathway_factories.made_export(self.team, self.member)

    @cached_property
    def discussion(self):
        """On the list of a meeting whose pack is made."""
        found = meeting_factories.DiscussionFactory(patient=self.patient, added_by=self.member)
        meeting_factories.MeetingPackFactory(meeting=found.meeting, made_by=self.member)
        return found

    @cached_property
    def cohort_import(self):
        return CohortImport.objects.create(
            team=self.team, file_name="cohort.csv", content=b"a,b\n1,2\n", row_count=1, uploaded_at=NOW
        )

    @cached_property
    def letter_draft(self):
        return letter_factories.LetterDraftFactory(patient=self.patient, started_by=self.member)

    @cached_property
    def letter(self):
        return letter_factories.LetterFactory(draft__patient=self.patient, issued_by=self.member)


# A new kind of number in an address: one line here.
ARGUMENTS: dict[str, Callable[[World], object]] = {
    "patient_id": lambda world: world.patient.pk,
    "lesion_id": lambda world: world.lesion.pk,
    "measurement_id": lambda world: patient_factories.LesionMeasurementFactory(lesion=world.lesion).pk,
    "result_id": lambda world: patient_factories.LabResultFactory(patient=world.patient).pk,
    "allergy_id": lambda world: patient_factories.AllergyFactory(patient=world.patient).pk,
    "treatment_id": lambda world: patient_factories.PriorTreatmentFactory(patient=world.patient).pk,
    "task_id": lambda world: patient_factories.TaskFactory(patient=world.patient).pk,
    "assessment_id": lambda world: world.assessment.pk,
    "procedure_id": lambda world: world.procedure.pk,
    "target_id": lambda world: procedure_factories.TargetVesselFactory(procedure=world.procedure).pk,
    "event_id": lambda world: procedure_factories.AdverseEventFactory(procedure=world.procedure).pk,
    "review_event_id": lambda world: followup_factories.ReviewEventFactory(review=world.review).pk,
    "act": lambda world: "assign",
    "bulk_act": lambda world: "assign",
    "bulk_id": lambda world: followup_factories.bulk_change(world.review, world.member).pk,
    "view_id": lambda world: followup_factories.SavedViewFactory(team=world.team, owner=world.member).pk,
    "term": lambda world: "fever",
    "entry_id": lambda world: procedure_factories.SymptomEntryFactory(procedure=world.procedure).pk,
    "review_id": lambda world: world.reading.review_id,
    "reading_id": lambda world: world.reading.pk,
    "decision_id": lambda world: world.decision.pk,
    "section_key": lambda world: "liver",
    "name": lambda world: "inr",
    "clause_id": lambda world: "2.2",
    "version": lambda world: assessment_factories.weighed_edition_draft(world.member).version,
    "reference_kind": lambda world: "agents",
    "code": lambda world: procedure_factories.AgentFactory(code="doxorubicin").code,
    "file_format": lambda world: "csv",
    "meeting_id": lambda world: world.discussion.meeting_id,
    "discussion_id": lambda world: world.discussion.pk,
    "cohort_id": lambda world: world.cohort_import.pk,
    "page_key": lambda world: "events",
    "letter_kind": lambda world: "referrer",
    "letter_draft_id": lambda world: world.letter_draft.pk,
    "letter_id": lambda world: world.letter.pk,
    "export_id": lambda world: world.registry_export.pk,
    "token": lambda world: followup_factories.feed_token(world.member, world.team),
    "message_id": lambda world: world.message.pk,
    "reminder_id": lambda world: followup_factories.reminder_of(world.message, world.patient).pk,
    "template_key": lambda world: "staff",
    "language": lambda world: "en",
    "number": lambda world: 0,
    "team_id": lambda world: world.team.pk,
    "other_id": lambda world: patient_factories.PatientFactory(team=world.team).pk,
    "merge_id": lambda world: merge_factories.merge_into(world.patient, world.member).pk,
    "membership_id": lambda world: world.member.memberships.get().pk,
    "object_id": lambda world: world.member.pk,
    "app_label": lambda world: "accounts",
    "content_type_id": lambda world: 1,
}


@dataclass(frozen=True)
class Caller:
    """Somebody at the door; `role` None and not site admin: nobody is signed in."""

    name: str
    role: Role | None = None
    is_lead: bool = False
    is_site_admin: bool = False

    @property
    def is_anonymous(self) -> bool:
        return self.role is None and not self.is_site_admin

    def person(self, team: Team) -> User | None:
        if self.is_anonymous:
            return None
        if self.is_site_admin:
            return account_factories.UserFactory(is_site_admin=True)
        return account_factories.member(team, self.role, is_lead=self.is_lead)

    def client(self, team: Team) -> Client:
        client = Client(raise_request_exception=False)
        person = self.person(team)
        if person is not None:
            client.force_login(person, backend=BACKEND)
        return client


CALLERS = [
    Caller("clinician", Role.CLINICIAN),
    Caller("coordinator", Role.COORDINATOR),
    Caller("admin of people", Role.ADMIN),
    Caller("observer", Role.OBSERVER),
    Caller("lead clinician", Role.CLINICIAN, is_lead=True),
    Caller("lead coordinator", Role.COORDINATOR, is_lead=True),
    Caller("site admin of no team", is_site_admin=True),
    Caller("nobody signed in"),
]


@dataclass(frozen=True)
class Address:
    name: str
    arguments: tuple[str, ...]


def every_address() -> list[Address]:
    """Every address of the site by its name, with the names of what it is made of."""
    return list(_addresses(get_resolver(), "", ()))


def _addresses(resolver: URLResolver, namespace: str, outer: tuple[str, ...]):
    for pattern in resolver.url_patterns:
        arguments = outer + tuple(pattern.pattern.converters or pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name}", arguments)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _addresses(pattern, inner, arguments)
