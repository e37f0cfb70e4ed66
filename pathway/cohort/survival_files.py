"""The curves as files: the drawing by itself, and the table behind it."""

import csv

from django.http import HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from pathway.cohort import survival_page
from pathway.cohort.standalone import alone
from pathway.cohort.survival_page import Answer
from patients import cells


def as_csv(answer: Answer) -> HttpResponse:
    """Return every step of every curve; times in weeks, shares from 0 to 1."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{answer.endpoint.key}.csv"'
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [
            _("Group"), _("Weeks"), _("At risk"), _("Events"), _("No longer watched"), _("Share"),
            _("95 % from"), _("95 % to"),
        ]
    )  # fmt: skip
    for curve in answer.curves:
        for step in curve.steps:
            row = [curve.label, step.weeks, step.at_risk, step.events, step.censored, step.share]
            writer.writerow(map(cells.neutral, [*row, step.low, step.high]))
    return response


def as_svg(answer: Answer) -> HttpResponse:
    """Return the drawing of the page, able to stand alone."""
    drawn = loader.render_to_string(
        "pathway/_survival_plot.html", survival_page.context(answer, is_masked=False)
    )
    response = HttpResponse(alone(drawn), content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{answer.endpoint.key}.svg"'
    return response
