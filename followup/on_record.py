"""What is on record of one patient, each table asked once, for what is weighed from many sides at one moment."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from assessments.models import Assessment
from followup import standing
from followup.models import Reading
from patients.models import Diagnosis, LabResult, Patient, PriorTreatment
from procedures import course
from procedures.models import Administration, AdverseEvent, Procedure, SymptomEntry


class OnRecord:
    """The rows of one patient as they are when they are first asked for; what was taken back is left out.

    It lives as long as the answer to one request: what is written afterwards is not in it.
    """

    def __init__(self, patient: Patient) -> None:
        self.patient = patient

    @cached_property
    def interventions(self) -> list[Procedure]:
        """Ours that began, signed or not, the earliest first."""
        rows = self.patient.procedures.filter(started_at__isnull=False).select_related("assessment")
        found = list(rows.order_by("started_at"))
        for row in found:
            row.patient = self.patient
        return found

    def interventions_up_to(self, day: date) -> list[Procedure]:
        return [row for row in self.interventions if course.day_of(row) <= day]

    @cached_property
    def standing(self) -> Mapping[int, Reading]:
        """The reading that stands of each review, by the review's key, with its lesions."""
        found = standing.standing_by_review(self.patient, with_lesions=True)
        for reading in found.values():
            reading.review.patient = self.patient
        return found

    def readings_before(self, reading: Reading) -> list[Reading]:
        """What stands of the reviews before this one, the latest first; a review without is left out."""
        found = [
            one
            for key, one in self.standing.items()
            if key != reading.review_id and one.imaged_on <= reading.imaged_on
        ]
        return sorted(found, key=lambda one: (one.imaged_on, one.pk), reverse=True)

    @cached_property
    def results(self) -> list[LabResult]:
        """Laboratory values, from old to new."""
        rows = LabResult.objects.filter(patient=self.patient, retracted_at=None)
        return list(rows.order_by("taken_on", "entered_at", "pk"))

    def results_of(self, *analytes: str) -> list[LabResult]:
        """The values of these, from old to new; one that is only a limit (<, >) is left out."""
        return [row for row in self.results if row.analyte in analytes and not row.comparator]

    @cached_property
    def symptom_entries(self) -> list[SymptomEntry]:
        rows = SymptomEntry.objects.filter(procedure__patient=self.patient, retracted_at=None)
        return list(rows.select_related("entered_by").order_by("asked_at", "pk"))

    @cached_property
    def adverse_events(self) -> list[AdverseEvent]:
        rows = AdverseEvent.objects.filter(procedure__patient=self.patient, retracted_at=None)
        return list(rows.select_related("graded_by"))

    @cached_property
    def agents_given(self) -> Mapping[int, frozenset[int]]:
        """The agents of each procedure, by its key; a target that nobody confirmed counts nowhere."""
        given = Administration.objects.filter(
            target__procedure__patient=self.patient,
            target__is_confirmed=True,
            target__discarded_at=None,
            discarded_at=None,
        )
        found: dict[int, frozenset[int]] = {}
        for procedure, agent in given.values_list("target__procedure", "agent"):
            found[procedure] = found.get(procedure, frozenset()) | {agent}
        return found

    @cached_property
    def assessments(self) -> list[Assessment]:
        return list(self.patient.assessments.exclude(status=Assessment.Status.DISCARDED))

    @cached_property
    def prior_treatments(self) -> list[PriorTreatment]:
        return list(self.patient.prior_treatments.filter(retracted_at=None))

    @cached_property
    def is_history_known(self) -> bool:
        """Some treatment elsewhere is known, or somebody asked and there was none."""
        asked = Diagnosis.objects.filter(patient=self.patient, earlier_treatments_asked_on__isnull=False)
        return bool(self.prior_treatments) or asked.exists()

    def course_of(self, procedure: Procedure, *, on: date) -> course.Course:
        """The days after one of the interventions, as they are known on a day."""
        later = [row for row in self.interventions if course.began_at(row) > course.began_at(procedure)]
        return course.assembled(
            procedure,
            on=on,
            next_on=course.day_of(later[0]) if later else None,
            entries=[one for one in self.symptom_entries if one.procedure_id == procedure.pk],
            results=self.results,
        )
