"""Which rows of a patient go over to the record that is kept, which stay, and why.

A new row with a key to Patient fails tests/pathway/test_merge_rows.py until it has its line here.
"""

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

# In the order in which the page counts them.
MOVES = {
    "assessments.Assessment": _("Assessments"),
    "procedures.Procedure": _("Procedures"),
    "followup.ImagingReview": _("Imaging reviews"),
    "followup.Contact": _("Attempts to reach the patient"),
    "patients.Lesion": _("Lesions"),
    "patients.LabResult": _("Laboratory values"),
    "patients.PriorTreatment": _("Earlier treatments"),
    "patients.Allergy": _("Allergies"),
    "patients.Task": _("Tasks"),
    "followup.ImportedOutcome": _("Imported outcomes"),
    "followup.Message": _("Messages to the patient"),
    "followup.Reminder": _("Reminders to the patient"),
    "pathway.Discussion": _("Discussions at a meeting"),
    "pathway.LetterDraft": _("Letters in work"),
    "pathway.Letter": _("Letters that went out"),
}
STAYS = {
    "patients.Patient": "points from the merged record to the one that is kept",
    "patients.SearchWord": "made anew for both",
    "patients.Diagnosis": "one a patient: merged answer by answer, the other's stays as it was",
    "patients.StandingRisks": "one a patient: merged answer by answer, the other's stays as it was",
    "pathway.MergeRecord": "tells of the merge itself",
    "pathway.DistinctPair": "says of two records that they are two people",
}
# One a patient; where the kept record has none it takes over the other's row as it is.
ONCE = ("patients.Diagnosis", "patients.StandingRisks")
# Recorded since about a row that went over, it goes back with that row: {row: (its key, the row that went over)}.
FOLLOWS = {"followup.Contact": ("review", "followup.ImagingReview")}
# Says what was told to whom, at a time when there was one record: it stays where it is.
SAID_THEN = ("followup.Reminder",)
# A row of the duplicate that would stand twice with the kept record stays behind: both messages went out, or were to;
# on both discussions the meeting had decided, and its list goes on to say so.
STAYS_WHERE_TWICE = {
    "followup.Message": ("channel", "slot"),
    "pathway.Discussion": ("meeting", "taken_off_at"),
}


def model_of(label: str) -> type[models.Model]:
    return apps.get_model(label)


def rows_to_move(label: str, *, kept: models.Model, duplicate: models.Model) -> list[int]:
    """Return the keys of the duplicate's rows that go over."""
    manager = model_of(label)._default_manager
    columns = STAYS_WHERE_TWICE.get(label, ())
    rows = manager.filter(patient=duplicate).order_by("pk")
    if not columns:
        return list(rows.values_list("pk", flat=True))
    there = set(manager.filter(patient=kept).values_list(*columns))
    return [pk for pk, *values in rows.values_list("pk", *columns) if tuple(values) not in there]
