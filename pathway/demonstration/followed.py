"""The invented patients who were treated and are followed up: one for every stage of the queue and every decision."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import Team, User
from pathway.demonstration import assess
from pathway.demonstration.cases import Case
from pathway.demonstration.course import DENSE, GROWN, VIABLE, Course
from pathway.demonstration.sessions import CONVENTIONAL, Place, Session
from patients.actions import record
from patients.models import Patient

TWO_NODULES: Mapping[str, Any] = {"lesion_diameters_mm": (46, 28), "tumour_fraction_pct": 9}
# The assessment is signed some days before the first session, and the laboratory is of some days before that.
SIGNED_BEFORE_DAYS, LABS_BEFORE_DAYS = 4, 7


def _case(family_name: str, given_name: str, sex: str, born: str, mrn: str, *, treated_days_ago: int) -> Case:
    return Case(
        family_name, given_name, sex, born, mrn, "eligible", modality="TACE", differs=TWO_NODULES,
        segments=(("8",), ("5",)), why_not_surgery="Too little liver would remain beside the cirrhosis.",
        plan="Superselective conventional TACE of both nodules.",
        signed_days_ago=treated_days_ago + SIGNED_BEFORE_DAYS, labs_days_ago=treated_days_ago + LABS_BEFORE_DAYS,
    )  # fmt: skip


ALL = (
    _case("Haugen", "Sigrid", "female", "1955-03-08", "4410 8823", treated_days_ago=33),
    _case("Fontaine", "Luc", "male", "1952-09-26", "6027 1394", treated_days_ago=36),
    _case("Delacroix", "Hugo", "male", "1948-12-11", "8851 2047", treated_days_ago=78),
    _case("Yamamoto", "Aiko", "female", "1961-06-19", "2963 7718", treated_days_ago=50),
    _case("Whitlock", "George", "male", "1943-02-02", "7304 6651", treated_days_ago=47),
    _case("Ibarra", "Consuelo", "female", "1957-10-30", "1178 9025", treated_days_ago=41),
    _case("Kiplagat", "Wanjiru", "female", "1964-08-14", "5519 3306", treated_days_ago=42),
    _case("Marchetti", "Bruno", "male", "1950-05-05", "3847 0092", treated_days_ago=46),
    _case("Solberg", "Ingrid", "female", "1959-01-17", "9460 2285", treated_days_ago=75),
    _case("Abara", "Chidi", "male", "1967-04-23", "2205 7749", treated_days_ago=52),
    _case("Oyelaran", "Tunde", "male", "1956-11-09", "6693 1180", treated_days_ago=60),
    _case("Sokolov", "Irina", "female", "1953-07-12", "8026 4471", treated_days_ago=112),
)
# Years and months. One of ours is the fourth with them, more than the initial ones (7.6); two are the third (7.8).
ELSEWHERE: Mapping[str, tuple[tuple[int, int], ...]] = {
    "Oyelaran": ((2023, 11), (2024, 5), (2025, 2)),
    "Sokolov": ((2025, 4),),
}
CASES = {case.family_name: case for case in ALL}
CARRIED_OUT = {case.family_name: case.signed_days_ago - SIGNED_BEFORE_DAYS for case in ALL}


def follow_all(team: Team, people: Mapping[str, User], at: datetime) -> None:
    """Take every one of them through their course."""
    for family_name, live in COURSES.items():
        course = Course(Patient.objects.get(team=team, family_name=family_name), people, at)
        if family_name in CARRIED_OUT:
            _ask_for_treatments_elsewhere(course, CASES[family_name])
            course.treat(_session(family_name, CARRIED_OUT[family_name]))
        live(course)


def _ask_for_treatments_elsewhere(course: Course, case: Case) -> None:
    """Whether it is the first intervention decides what the guideline suggests."""
    asked_at = course.when(case.signed_days_ago)
    by = course.people["coordinator"]
    for year, month in ELSEWHERE.get(case.family_name, ()):
        known = {
            "kind": "arterial_intervention", "treated_year": year, "treated_month": month,
            "description": "TACE in another hospital",
        }  # fmt: skip
        record.add_treatment(patient=course.patient, by=by, at=asked_at, known=known)
    if case.family_name not in ELSEWHERE:
        record.confirm_no_treatments(patient=course.patient, by=by, at=asked_at, on=asked_at.date())


def _session(family_name: str, days_ago: int) -> Session:
    return Session(family_name, days_ago, (Place("a8", (1,), CONVENTIONAL), Place("a5", (2,), CONVENTIONAL)))


def _nobody_owns_it(course: Course) -> None:
    course.assign(3, None)


def _booked(course: Course) -> None:
    course.assign(8, "coordinator")
    course.call(8, "reached", note="Prefers mornings")
    course.book(8, for_days_ago=-3)


def _owner_on_leave(course: Course) -> None:
    course.assign(12, "colleague")


def _overdue(course: Course) -> None:
    course.assign(50, "coordinator")
    course.book(46, for_days_ago=39)
    course.miss(39, "forgot")
    course.call(30, "no_answer", next_try_in_days=3)
    course.call(27, "left_message", note="With the neighbour", next_try_in_days=7)
    course.call(9, "no_answer", next_try_in_days=7)


def _snoozed(course: Course) -> None:
    course.assign(20, "coordinator")
    course.call(3, "relative", note="In hospital with pneumonia, the daughter says")
    course.snooze(3, for_days=10, reason="hospital", note="The ward calls when she is home")


def _overdue_too(course: Course) -> None:
    course.assign(20, "coordinator")


def _imaged_elsewhere(course: Course) -> None:
    course.image(
        7, done_place="Eastbrook Hospital", is_elsewhere=True,
        outside_report="Dynamic CT. Segment 8: dense oil, a rim of arterial enhancement of 9 mm. No new lesion.",
    )  # fmt: skip


def _disputed(course: Course) -> None:
    course.image(8)
    course.read(7, "clinician", ((40, 26), (24, 14)), **VIABLE)
    course.read(6, "lead", ((58, 55), (38, 36)), **GROWN)


def _undecided(course: Course) -> None:
    course.measure(14, bilirubin_umol_per_l=19, albumin_g_per_l=39, inr=1.1, afp_ng_per_ml=88)
    course.image(14)
    course.read(12, "clinician", ((38, 21), (22, 9)), **VIABLE)


def _held(course: Course) -> None:
    course.book(52, for_days_ago=45)
    course.measure(45, bilirubin_umol_per_l=15, albumin_g_per_l=40, inr=1.0, afp_ng_per_ml=9)
    course.image(45)
    course.read(44, "clinician", ((36, 0), (20, 0)), **DENSE)
    course.decide(43, "hold")


def _to_treat_again(course: Course) -> None:
    course.measure(20, bilirubin_umol_per_l=16, albumin_g_per_l=40, inr=1.0, afp_ng_per_ml=61)
    course.image(20)
    course.read(18, "clinician", ((41, 22), (20, 0)), **VIABLE)
    course.decide(14, "consider_repeat", options=["repeat"])


def _prolonged(course: Course) -> None:
    course.measure(25, bilirubin_umol_per_l=27, albumin_g_per_l=35, inr=1.2, afp_ng_per_ml=140)
    course.image(25)
    course.read(24, "clinician", ((44, 30), (27, 20)), **VIABLE)
    course.decide(20, "prolong_interval", options=["repeat_later"])


def _switched(course: Course) -> None:
    """Progression after the first session, a second session, progression again."""
    course.image(82)
    course.read(81, "clinician", ((56, 56), (34, 34)), **GROWN)
    course.decide(80, "consider_repeat", options=["repeat"])
    course.measure(79, bilirubin_umol_per_l=17, albumin_g_per_l=39, inr=1.1, afp_ng_per_ml=610)
    assess.assess(course.patient, CASES["Sokolov"], course.people, course.when(78))
    course.treat(_session("Sokolov", 74))
    course.measure(14, bilirubin_umol_per_l=21, albumin_g_per_l=37, inr=1.1, afp_ng_per_ml=1480)
    course.image(14)
    course.read(12, "clinician", ((70, 70), (43, 43)), **GROWN)
    course.decide(6, "switch_or_combine", options=["systemic_therapy"], note="Fit for systemic therapy.")


COURSES: Mapping[str, Callable[[Course], None]] = {
    "Romero-Vale": _nobody_owns_it,
    "Haugen": _booked,
    "Fontaine": _owner_on_leave,
    "Delacroix": _overdue,
    "Yamamoto": _snoozed,
    "Whitlock": _overdue_too,
    "Ibarra": _imaged_elsewhere,
    "Kiplagat": _disputed,
    "Marchetti": _undecided,
    "Solberg": _held,
    "Abara": _to_treat_again,
    "Oyelaran": _prolonged,
    "Sokolov": _switched,
}
