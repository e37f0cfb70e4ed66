"""A kept record (`procedures.kept_record`) in words, for the pages that show it and for the sheet of paper."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines import steps, technique
from patients import segment_map
from patients.models import YesNo
from procedures import kept_record, vessel_map
from procedures.kept_record import Kept
from procedures.models import Administration, Procedure, TargetVessel
from procedures.vessel_map import Feeder, MappedTarget, Mark

# What 5.3.5 asks the tip to be beyond.
BEYOND = {
    "beyond_cystic": gettext_lazy("cystic"),
    "beyond_right_gastric": gettext_lazy("right gastric"),
    "beyond_gastroepiploic": gettext_lazy("gastroepiploic and gastroduodenal"),
}
EXPOSURE = (
    ("air_kerma_mgy", gettext_lazy("Air kerma"), "mGy"),
    ("dose_area_product_gy_cm2", gettext_lazy("Dose-area product"), "Gy·cm²"),
    ("fluoroscopy_min", gettext_lazy("Fluoroscopy time"), "min"),
    ("contrast_ml", gettext_lazy("Contrast"), "mL"),
)
PHASES = {
    "arterial": gettext_lazy("arterial"),
    "parenchymal": gettext_lazy("parenchymal"),
    "venous": gettext_lazy("venous"),
}


@dataclass(frozen=True)
class Given:
    """One thing that went in: what, how much; how, of which lot."""

    what: str
    more: str = ""


@dataclass(frozen=True)
class TargetRow:
    """One row of the table beside the map."""

    number: int
    state: str
    artery: str
    lesions: str = ""
    catheter: str = ""
    agents: list[Given] = field(default_factory=list)
    materials: list[Given] = field(default_factory=list)
    end: str = ""
    tip: str = ""
    note: str = ""


def amount(value: Any, unit: str) -> str:
    """Return a number with its unit as it is read: 12.5 mg, 60 mg."""
    shown = int(value) if value == int(value) else value
    return f"{number_format(shown, use_l10n=True)} {unit}"


def target_rows(kept: Kept) -> list[TargetRow]:
    """Return a row for each target and, after them, for each feeder of a treated lesion that was not treated."""
    rows = [target_row(target) for target in kept["targets"]]
    return rows + [_untreated_row(mark) for mark in marks_of(kept) if mark.feeder]


def target_row(target: Kept) -> TargetRow:
    """Return one target as it is read."""
    return TargetRow(
        number=target["number"],
        state=vessel_map.TREATED if target["is_confirmed"] else vessel_map.UNCONFIRMED,
        artery=target["artery_name"],
        lesions=", ".join(target["lesions"]),
        catheter=_joined(_catheter(target)),
        agents=[_agent(one) for one in target["administrations"]],
        materials=[_material(one) for one in target["embolisations"]],
        end=_joined(
            [
                label_of(TargetVessel.EndPoint, target["end_point"]),
                _("injected %(how)s") % {"how": label_of(TargetVessel.Speed, target["speed"]).lower()}
                if target["speed"]
                else "",
            ]
        ),
        tip=tip_in_words(target),
        note=target["note"],
    )


def _untreated_row(mark: Mark) -> TargetRow:
    lesions = ", ".join(mark.feeder.lesions) if mark.feeder else ""
    why = str(mark.feeder.why) if mark.feeder else ""
    return TargetRow(mark.numbers[0], mark.state, mark.name, lesions, note=why)


def label_of(choices: Any, value: str) -> str:
    """Return the label of a choice; a value that is no choice any more as it is."""
    return str(dict(choices.choices).get(value, value)) if value else ""


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


def _catheter(target: Kept) -> list[str]:
    micro = {
        YesNo.YES: _("microcatheter"),
        YesNo.NO: _("no microcatheter"),
    }.get(target["microcatheter"], "")
    thick = _("markedly thick") if target["is_markedly_thick"] == YesNo.YES else ""
    calibre = amount(target["calibre_mm"], "mm") if target["calibre_mm"] else ""
    return [label_of(TargetVessel.Level, target["level"]), micro, calibre, thick]


def _agent(one: Kept) -> Given:
    carrier = label_of(Administration.Carrier, one["carrier"])
    dose = amount(one["dose_mg"], "mg") if one["dose_mg"] is not None else _("dose not known")
    return Given(f"{one['agent_name']} {dose}", _joined([carrier, _lot(one)]))


def _material(one: Kept) -> Given:
    volume = amount(one["volume_ml"], "mL") if one["volume_ml"] is not None else ""
    sizes = dict.fromkeys(size for size in (one["size_low_um"], one["size_high_um"]) if size is not None)
    size = "–".join(str(size) for size in sizes) + " µm" if sizes else ""
    udi = _("UDI %(udi)s") % {"udi": one["udi"]} if one["udi"] else ""
    return Given(f"{one['material_name']} {volume}".strip(), _joined([size, _lot(one), udi]))


def _lot(one: Kept) -> str:
    return _("lot %(lot)s") % {"lot": one["lot"]} if one["lot"] else ""


def tip_in_words(target: Kept) -> str:
    """Say beyond what the tip was (5.3.5): every branch that is known, and what is not."""
    said: dict[str, list[str]] = defaultdict(list)
    for name, word in BEYOND.items():
        said[target[name]].append(str(word))
    if len(said[YesNo.YES]) == len(BEYOND):
        return _("beyond all three")
    not_beyond, unknown = said[YesNo.NO], said[YesNo.NOT_KNOWN]
    parts = [_("not beyond %(branches)s") % {"branches": ", ".join(not_beyond)} if not_beyond else ""]
    if unknown:
        every = len(unknown) == len(BEYOND)
        parts.append(
            _("not known") if every else _("not known: %(branches)s") % {"branches": ", ".join(unknown)}
        )
    return _joined(parts)


def marks_of(kept: Kept) -> list[Mark]:
    """Return the marks of the vessel map, numbered as the rows of the table."""
    targets = [
        MappedTarget(
            target["number"], target["artery"], target["artery_name"], target["line"], target["lesions"],
            target["is_confirmed"],
        )
        for target in kept["targets"]
    ]  # fmt: skip
    return vessel_map.marks_for(targets, feeders_of(kept))


def feeders_of(kept: Kept) -> list[Feeder]:
    """Return what is known to feed the lesions: as earlier procedures found, then as the plan expected."""
    earlier = [
        Feeder(
            one["artery"],
            one["artery_name"],
            one["line"],
            one["lesions"],
            _("fed it in an earlier procedure"),
        )
        for one in kept["earlier_feeders"]
        if one["lesions"]
    ]
    return earlier + expected_feeders(kept)


def expected_feeders(kept: Kept) -> list[Feeder]:
    """Return what the plan expected to feed; it names no lesion."""
    return [
        Feeder(one["artery"], one["artery_name"], one["line"], (), _("expected in the plan"))
        for one in kept["expected_feeders"]
    ]


def lesion_marks(lesions: Iterable[Kept]) -> list[segment_map.Mark]:
    """Return the lesions as the maps draw them."""
    return segment_map.marks_for(
        segment_map.MappedLesion(
            label=one["label"],
            segments=tuple(one["segments"]),
            longest_mm=one["longest_mm"],
            viable_mm=one["viable_mm"],
            first_mm=one["first_mm"],
        )
        for one in lesions
    )


def totals(kept: Kept) -> list[str]:
    """Return what went in altogether: every agent and every material that was measured."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for target in kept_record.confirmed(kept["targets"]):
        for one in target["administrations"]:
            if one["dose_mg"] is not None:
                sums[one["agent_name"], "mg"] += one["dose_mg"]
        for one in target["embolisations"]:
            if one["volume_ml"] is not None:
                sums[one["material_name"], "mL"] += one["volume_ml"]
    return [f"{name} {amount(round(value, 2), unit)}" for (name, unit), value in sums.items()]


def step_rows(kept: Kept) -> list[dict[str, Any]]:
    """Return each step that this record asks, with its answer and the reason of a departure."""
    return [
        {
            "label": _(step.label),
            "clauses": step.clauses,
            "answer": _(step.answers[answer]) if answer else "",
            "is_departure": step.needs_reason(answer),
            "because": steps.reason_of(kept["steps"], step.key),
        }
        for step in technique.steps_for(kept)
        for answer in [steps.answer_of(kept["steps"], step.key)]
    ]


def exposure_rows(kept: Kept) -> list[tuple[str, str]]:
    """Return the dose report, what is missing included."""
    return [
        (str(label), amount(kept["exposure"][name], unit) if kept["exposure"][name] is not None else "")
        for name, label, unit in EXPOSURE
    ]


def angiography_rows(kept: Kept) -> list[tuple[str, str]]:
    """Return each vessel with the phases that were seen."""
    return [
        (run["artery_name"], _joined(str(word) for phase, word in PHASES.items() if run.get(phase)))
        for run in kept["angiography"]
    ]


def modality_in_words(kept: Mapping[str, Any]) -> str:
    """Say what was done: TACE, conventional, with oil."""
    technique_label = label_of(Procedure.Technique, kept["technique"])
    return _joined(
        [kept["modality"] or kept["planned_modality"], technique_label[:1].lower() + technique_label[1:]]
    )


def body_in_words(kept: Kept) -> str:
    """Say that day's height and weight."""
    return _joined(
        amount(kept[name], unit) for name, unit in (("height_cm", "cm"), ("weight_kg", "kg")) if kept[name]
    )
