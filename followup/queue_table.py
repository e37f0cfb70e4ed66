"""The queue as a file for a spreadsheet."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from followup import stages
from followup.queue_rows import Row
from patients import cells


def as_csv(rows: Iterable[Row]) -> HttpResponse:
    """Return the rows of a list as CSV, days as 2026-03-02."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="queue.csv"'
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [
            _("MRN"), _("Family name"), _("Given name"), _("Stage"), _("Days late"), _("Why it is here"), _("Clause"),
            _("Window from"), _("Window to"), _("Booked for"), _("Imaged on"), _("Owner"), _("Last contact"),
            _("Next action"), _("Snoozed until"),
        ]
    )  # fmt: skip
    for row in rows:
        writer.writerow(map(cells.neutral, _cells(row)))
    return response


def _cells(row: Row) -> list[object]:
    review, patient = row.review, row.review.patient
    return [
        patient.mrn, patient.family_name, patient.given_name, stages.WORDS[row.stage], row.days_late, row.why,
        review.clause, review.due_from, review.due_to, review.booked_for, review.done_on, row.owner, row.contact,
        row.next.words, row.snoozed_until,
    ]  # fmt: skip
