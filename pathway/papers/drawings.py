"""The drawings of the pages for paper: each as one SVG text with the colours of the day written into it."""

import re
from typing import Any

from django.template.loader import render_to_string

from pathway import timeline_page
from patients.models import Patient
from procedures import record_page
from procedures.kept_record import Kept

_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
# As in static/css: tokens, course, labs, timeline, maps and vessel_map; on paper it is always day.
_COURSE = """
.ch-grid{stroke:#d9dfe2;stroke-width:1}
.ch-tick,.ch-unit{fill:#3f4d54;font-size:15px}
.ch-title{fill:#17242a;font-size:15px;font-weight:700}
.ch-line{fill:none;stroke:#005f78;stroke-width:2;stroke-linejoin:round}
.ch-event{stroke:#58666d;stroke-width:1;stroke-dasharray:2 3}
.ch-today{stroke:#17242a;stroke-width:1.5}
.lab-dot{fill:#005f78;stroke:#ffffff;stroke-width:1.5}
.lab-dot.is-open{fill:#ffffff;stroke:#005f78;stroke-dasharray:2 2}
.tl-mark > *{fill:#ffffff;stroke:#17242a;stroke-width:1.5}
.tl-mark > .tl-lasts{fill:#dff2f8;stroke:#005f78;stroke-width:1}
.tl-review > rect{fill:#dff2f8;stroke:#005f78;stroke-width:1}
.tl-event > .tl-lasts{fill:#fdf1e0;stroke:#e2c294}
.tl-procedure > path{fill:#17242a}
.tl-event > path{fill:#7d5402;stroke:#ffffff}
.tl-reading > circle{fill:#005f78;stroke:#ffffff}
.tl-procedure.is-to-come > path{fill:#ffffff;stroke-dasharray:3 2}
.tl-review.is-to-come > rect{stroke-dasharray:4 3}
"""
_VESSELS = """
.vm-liver{fill:#f2e5e0;stroke:#d0b8af;opacity:.6}
.vm-gallbladder{fill:#eef1f4;stroke:#bdc5ca;stroke-width:1}
.vm-cleft{fill:none;stroke:#ffffff;stroke-width:2.5;opacity:.75}
.vm-lesion{fill:#cfc6c3;stroke:#3f4d54;stroke-width:1.25}
.vm-lesion[data-state="gone"]{fill:none;stroke-dasharray:3 3}
.vm-lesion-names text{fill:#17242a;font-size:14px;font-weight:700;text-anchor:middle}
.vm-trunk{stroke:#d9dfe2}
.vm-main,.vm-branch,.vm-seg,.vm-variant{stroke:#93a1a9}
.vm-variant{stroke-dasharray:1.5 6}
.vm-variant.is-present{stroke-dasharray:none}
.vm.is-absent{stroke:#bdc5ca;stroke-dasharray:1.5 7}
.vm-feeder{stroke:#6f7d84;stroke-dasharray:7 5}
.vm-protected{stroke:#9c681a}
.vm.is-treated{stroke:#af2b25;stroke-dasharray:none}
.vm.is-untreated{stroke:#af2b25;stroke-dasharray:10 9;stroke-linecap:butt}
.vm.is-unconfirmed{stroke:#b17565;stroke-dasharray:3 6}
.vm-labels,.vm-sides{fill:#3f4d54;font-size:16px}
.vm-label,.vm-lesion-names text{paint-order:stroke;stroke:#ffffff;stroke-width:3;stroke-linejoin:round}
.vm-label-protected{fill:#6e4600}
.vm-label-seg{fill:#17242a}
.vm-label.is-treated,.vm-label.is-untreated,.vm-word{fill:#af2b25;font-weight:700}
.vm-mark rect{fill:#af2b25;stroke:#ffffff;stroke-width:2}
.vm-mark text{fill:#ffffff;font-size:15px;font-weight:700}
.vm-mark[data-state="untreated"] rect{fill:#ffffff;stroke:#af2b25;stroke-dasharray:4 3}
.vm-mark[data-state="unconfirmed"] rect{fill:#ffffff;stroke:#b17565;stroke-dasharray:4 3}
.vm-mark[data-state="untreated"] text,.vm-mark[data-state="unconfirmed"] text{fill:#17242a}
"""
# The letters of the page around it.
_LETTERS = 'text{font-family:"Libertinus Serif","Noto Sans CJK SC"}'


def course(patient: Patient, **known: Any) -> str:
    """Return the course on one time axis, as the patient's page draws it; nothing where nothing has a day."""
    context = timeline_page.context_of(patient, "", **known) | {"patient": patient}
    if not context["timeline"].days:
        return ""
    return _alone(render_to_string("pathway/_timeline.html", context), _COURSE)


def vessels(kept: Kept) -> tuple[str, str]:
    """Return the vessel map of one procedure, and what it shows in words."""
    context = record_page.map_context(kept)
    drawn = _alone(render_to_string("procedures/_vessel_map.html", context), _VESSELS)
    return drawn, context["map_summary"]


def _alone(page: str, style: str) -> str:
    """Return the one drawing of a page as a text that stands by itself."""
    found = _SVG.search(page)
    if found is None:
        raise LookupError("no drawing")
    head, body = found[0].split(">", 1)
    width, height = _VIEW.findall(head)[0]
    head = head.replace(
        "<svg", f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"', 1
    )
    return f"{head}><style>{_LETTERS}{style}</style>{body}"
