"""What the page of the responses shows: the drawings that have data, in words, and the table of the best changes."""

import csv
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from pathway.cohort import response, response_plots
from pathway.cohort.people import Person
from pathway.cohort.response import MOST_SHOWN, Changed
from pathway.cohort.standalone import alone
from patients import cells


def plots_of(people: Sequence[Person]) -> list[dict[str, Any]]:
    """Return the drawings of these patients; one that nobody has data for is left out."""
    changed = response.changed(people)
    shown = _evenly(changed)
    drawings = {
        "waterfall": response_plots.waterfall(shown) if shown else None,
        "spider": response_plots.spider(shown) if shown else None,
        "swimmer": response_plots.swimmers(people),
    }
    counts = {"waterfall": len(changed), "spider": len(changed), "swimmer": len(people)}
    return [_plot(key, drawing, counts[key]) for key, drawing in drawings.items() if drawing is not None]


def _evenly(changed: Sequence[Changed]) -> list[Changed]:
    """As many as a drawing holds, taken evenly from the largest growth to the largest fall."""
    if len(changed) <= MOST_SHOWN:
        return list(changed)
    return [changed[number * len(changed) // MOST_SHOWN] for number in range(MOST_SHOWN)]


def _plot(key: str, drawing: tuple[Any, Any], count: int) -> dict[str, Any]:
    frame, drawn = drawing
    title, words, cut = _WORDS[key]()
    return {
        "key": key,
        "title": title,
        "words": words,
        "cut_words": cut % {"shown": MOST_SHOWN, "count": count},
        "is_cut": count > MOST_SHOWN,
        "frame": frame,
        "drawn": drawn,
        "template": f"pathway/_{key}_plot.html",
    }


def _of_waterfall() -> tuple[str, str, str]:
    return (
        _("Best change of the viable tumour"),
        _(
            "Each bar is one patient: the smallest sum of viable diameters of the target lesions, against the sum "
            "before treatment. Its colour is the whole response by mRECIST at that reading. Growth beyond +100 % is "
            "drawn at +100 %."
        ),
        _("%(shown)d of %(count)d are drawn, taken evenly from the most growth to the most shrinking."),
    )


def _of_spider() -> tuple[str, str, str]:
    return (
        _("Change over time"),
        _("Each line is one patient, from the first procedure to each reading with a viable sum."),
        _("%(shown)d of %(count)d are drawn, taken evenly from the most growth to the most shrinking."),
    )


def _of_swimmer() -> tuple[str, str, str]:
    return (
        _("Course of each patient"),
        _(
            "Each lane is one patient, as long as the patient was watched. Stroke: procedure. Dot: what a reading "
            "said. Cross: died. An arrow at the end: not known to have died."
        ),
        _("The %(shown)d who were watched longest, of %(count)d."),
    )


_WORDS = {"waterfall": _of_waterfall, "spider": _of_spider, "swimmer": _of_swimmer}


def rows_of(people: Sequence[Person]) -> list[dict[str, str]]:
    """Return the table behind the waterfall, as far as it is drawn."""
    return [
        {"label": one.person.mrn, "percent": f"{one.best.percent:+.1f} %", "mrecist": one.best.mrecist}
        for one in _evenly(response.changed(people))
    ]


def as_csv(people: Sequence[Person]) -> HttpResponse:
    """Return every measured change of every patient."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="response.csv"'
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow([_("MRN"), _("Weeks"), _("Change in per cent"), _("mRECIST")])
    for one in response.changed(people):
        for change in one.changes:
            row = [one.person.mrn, change.weeks, change.percent, change.mrecist]
            writer.writerow(map(cells.neutral, row))
    return answer


def as_svg(people: Sequence[Person], key: str) -> HttpResponse | None:
    """Return one drawing, able to stand alone; None where there is no such drawing."""
    plot = next((one for one in plots_of(people) if one["key"] == key), None)
    if plot is None:
        return None
    context = {"frame": plot["frame"], **dict.fromkeys(("bars", "threads", "lanes"), plot["drawn"])}
    answer = HttpResponse(
        alone(loader.render_to_string(plot["template"], context)), content_type="image/svg+xml; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{key}.svg"'
    return answer
