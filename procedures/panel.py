"""The live panel of a record: meters and findings in words, for the answers on the screen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidelines.meter import NOT_KNOWN, OVER, SENTINEL, WATCH, Meter
from patients.written_numbers import as_text
from procedures import answers as told
from procedures import guidance, questions, record
from procedures.vocabulary import Vocabulary
from procedures.working import Work

NOT_KEPT, KEPT, UNKNOWN, DOES_NOT_APPLY = "not_kept", "kept", "unknown", "does_not_apply"
VERDICT_WORDS = {
    NOT_KEPT: _("not kept"),
    KEPT: _("kept"),
    UNKNOWN: _("not known yet"),
    DOES_NOT_APPLY: _("does not apply"),
    "applies": _("applies"),
}
MISSING_WORDS = {
    "height_cm": _("height"),
    "weight_kg": _("weight"),
    "age_years": _("date of birth"),
    "sex": _("sex"),
    "bilirubin_umol_per_l": _("bilirubin"),
    "creatinine_umol_per_l": _("creatinine"),
    "egfr_ml_per_min_1_73m2": _("eGFR"),
    "contrast_ml": _("contrast volume"),
    "air_kerma_mgy": _("air kerma"),
    "dose_area_product_gy_cm2": _("dose-area product"),
    "fluoroscopy_min": _("fluoroscopy time"),
    "doses_elsewhere": _("doses given elsewhere"),
    "volume_ml": _("the volume"),
    "modality": _("modality"),
    "access": _("access"),
    "fistula": _("fistula, in the assessment"),
    "is_urgent": _("whether it bleeds, in the assessment"),
    "targets": _("a target"),
    "lesions": _("lesions"),
}
PLACE_WORDS = {
    "artery": _("artery"),
    "level": _("level reached"),
    "microcatheter": _("microcatheter"),
    "is_markedly_thick": _("thick feeder"),
    "lesions": _("lesions supplied"),
    "beyond_cystic": _("beyond the cystic artery"),
    "beyond_right_gastric": _("beyond the right gastric artery"),
    "beyond_gastroepiploic": _("beyond the gastroepiploic artery"),
    "speed": _("speed"),
    "end_point": _("end-point"),
    "administrations": _("agents"),
    "embolisations": _("embolic materials"),
    "order": _("order"),
    "side": _("side"),
    "longest_mm": _("size"),
    "vascularity": _("vascularity"),
    "segments": _("segments"),
}


@dataclass(frozen=True)
class Bar:
    """One meter as it is drawn: widths in per cent of the track."""

    meter: Meter
    name: str
    amount: str
    limit: str
    note: str
    missing: str
    before_pct: float = 0
    today_pct: float = 0
    tick_pct: float | None = None
    # Where the limit is, once it is passed; until then it is the end of the track.
    limit_pct: float | None = None

    @property
    def is_over(self) -> bool:
        return self.meter.verdict in (OVER, SENTINEL)

    @property
    def is_watched(self) -> bool:
        return self.meter.verdict == WATCH

    @property
    def is_unknown(self) -> bool:
        return self.meter.verdict == NOT_KNOWN

    @property
    def is_blank(self) -> bool:
        """Neither an amount nor a verdict: only what is missing."""
        return self.is_unknown and self.meter.amount is None

    @property
    def is_drawn(self) -> bool:
        return bool(self.meter.limit or self.meter.warn_from) and self.meter.amount is not None


@dataclass(frozen=True)
class Finding:
    """One clause on this record."""

    clause: str
    verdict: str
    verdict_words: str
    says: str
    missing: str


@dataclass
class Panel:
    """What stands beside the form."""

    all_bars: list[Bar]
    body_surface_m2: str
    departures: list[Finding] = field(default_factory=list)
    open_findings: list[Finding] = field(default_factory=list)
    rest: list[Finding] = field(default_factory=list)
    reasons: list[dict[str, str]] = field(default_factory=list)
    undosed: list[str] = field(default_factory=list)

    @property
    def bars(self) -> list[Bar]:
        """The meters that say something."""
        return [bar for bar in self.all_bars if not bar.is_blank]

    @property
    def has_passed_limit(self) -> bool:
        return any(bar.limit_pct is not None for bar in self.all_bars)

    @property
    def unknown_bars(self) -> list[Bar]:
        return [bar for bar in self.all_bars if bar.is_blank]

    @property
    def sources(self) -> list[dict[str, str]]:
        """Each source once, with what it is about."""
        listed = {bar.meter.source: bar.meter.of or bar.name for bar in self.all_bars if bar.meter.source}
        return [{"of": of, "says": says} for says, of in listed.items()]

    @property
    def reason_keys(self) -> list[str]:
        return [reason["key"] for reason in self.reasons]


def build(work: Work, answers: told.Answers) -> Panel:
    """Weigh the answers."""
    told_record = record.of_answers(work, answers)
    meters = guidance.meters(work, answers, told_record)
    found = [_finding(raw) for raw in guidance.findings(told_record, on=guidance.day_of(work))]
    surface = guidance.body_surface_m2(answers)
    panel = Panel(
        all_bars=[_bar(meter) for meter in meters],
        body_surface_m2="" if surface is None else as_text(round(surface, 2)),
        departures=[one for one in found if one.verdict == NOT_KEPT],
        open_findings=[one for one in found if one.verdict == UNKNOWN],
        rest=[one for one in found if one.verdict not in (NOT_KEPT, UNKNOWN)],
        undosed=_undosed(told_record, work.known),
    )
    panel.reasons = _reasons(meters, answers)
    return panel


def bars_of(work: Work, answers: told.Answers) -> list[Bar]:
    """Return the meters alone."""
    return [_bar(meter) for meter in guidance.meters(work, answers, record.of_answers(work, answers))]


def _bar(meter: Meter) -> Bar:
    name = gettext(meter.name)
    scale = max(meter.limit or 0, meter.warn_from or 0, meter.amount or 0) or 1
    before = min(meter.before, meter.amount or 0)
    is_passed = meter.limit is not None and meter.limit < scale
    return Bar(
        meter=meter,
        name=f"{meter.of}: {name.lower()}" if meter.of else name,
        amount="" if meter.amount is None else _number(meter.amount),
        limit=_number(meter.limit if meter.limit is not None else meter.warn_from),
        note=gettext(meter.says).format(**meter.values) if meter.says else "",
        missing=", ".join(str(MISSING_WORDS.get(name, name)) for name in meter.missing),
        before_pct=_pct(before, scale),
        today_pct=_pct((meter.amount or 0) - before, scale),
        tick_pct=None if meter.warn_from is None else _pct(meter.warn_from, scale),
        limit_pct=_pct(meter.limit or 0, scale) if is_passed else None,
    )


def _number(number: float | None) -> str:
    if number is None:
        return ""
    return as_text(round(number, 1 if abs(number) < 100 else 0))


def _pct(part: float, whole: float) -> float:
    return round(min(100 * part / whole, 100), 1)


def _finding(raw: Mapping[str, Any]) -> Finding:
    return Finding(
        clause=raw["clause"],
        verdict=raw["verdict"],
        verdict_words=str(VERDICT_WORDS.get(raw["verdict"], raw["verdict"])),
        says=gettext(raw["says"]),
        missing=", ".join(dict.fromkeys(place_in_words(place) for place in raw["missing"])),
    )


def place_in_words(place: str) -> str:
    """Say a place of the record: "steps.dsa", "targets.2.level", "lesions.L1.longest_mm"."""
    room, _dot, rest = place.partition(".")
    if room == "steps":
        step = questions.steps().get(rest.partition(".")[0])
        return gettext(step.label).lower() if step else rest
    if rest and room in ("targets", "lesions"):
        which, _dot, name = rest.partition(".")
        said = {"which": which, "name": PLACE_WORDS.get(name, name)}
        if room == "targets":
            return gettext("target %(which)s: %(name)s") % said
        return gettext("%(which)s: %(name)s") % said
    return str(MISSING_WORDS.get(place, place))


def _undosed(told_record: Mapping[str, Any], known: Vocabulary) -> list[str]:
    """Agents that were given in a dose nobody has written down yet: the sums leave them out, and say so."""
    names = [
        known.agents[one["agent"]].name
        for target in told_record["targets"]
        for one in target["administrations"]
        if one["dose_mg"] is None
    ]
    return list(dict.fromkeys(names))


def _reasons(meters: Iterable[Meter], answers: told.Answers) -> list[dict[str, str]]:
    """Each passed ceiling asks for a reason; a reason that was given stays to be seen."""
    by_key = {meter.key: meter for meter in meters}
    asked = [meter.key for meter in guidance.need_reason(by_key.values())]
    given = [
        name.removeprefix(questions.REASON)
        for name, answer in answers.items()
        if name.startswith(questions.REASON) and told.is_told(answer)
    ]
    return [
        {
            "key": key,
            "name": questions.REASON + key,
            "label": _bar(by_key[key]).name if key in by_key else key,
            "value": str(told.value_of(answers, questions.REASON + key) or ""),
            "is_passed": "yes" if key in asked else "",
        }
        for key in dict.fromkeys([*asked, *given])
    ]
