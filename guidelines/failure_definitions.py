"""TACE failure or refractoriness as publications define it: definitions as data, and what they are asked of.

JSH-LCSGJ 2014 (Kudo 2014, doi:10.1159/000368142) stands beside the guideline's own clause 7.8, whose "several" and
"continues" are settings. Most Chinese interventionists accept none of the published ones (Zhong 2021, J Clin Transl
Hepatol 9:521): they are information only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from guidelines import surveillance
from guidelines.clauses import follow_up
from guidelines.settings import DEFAULT, EDITION, Settings

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"

JSH = "jsh-lcsgj-2014"
# doi:10.1159/000368142: more than half of the treated lesion viable, on CT or MRI after 1 to 3 months, twice in a row.
INSUFFICIENT_OVER_PCT = 50
IN_A_ROW = 2
REVIEWED_FROM_DAYS = follow_up.FIRST_REVIEW_FROM_DAYS  # a month of four weeks, when the window of 7.1 opens
REVIEWED_TO_MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One treatment with the review that judged it; None is unknown. Sessions come in order, the oldest first.

    `reviewed_on` is None where no review judged it (yet): a row of responses passes over it, so that staged treatments
    count once. `viable_share_pct`: how much of the treated lesions is viable, (from, to). `number_rose`: more lesions
    than before the session. `is_adapted`: another agent than in the session before, or the feeders analysed anew.
    `markers_rose`: a tumour marker went on rising right after, a slight transient fall left aside. `vascular_invasion`
    and `spread` had appeared by then. `progressed`: progression, enlargement or a new lesion (7.8).
    """

    on: date
    reviewed_on: date | None = None
    viable_share_pct: tuple[float, float] | None = None
    number_rose: bool | None = None
    is_adapted: bool | None = None
    markers_rose: bool | None = None
    vascular_invasion: bool | None = None
    spread: bool | None = None
    progressed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One way to meet a definition: `answer` holds for `needed` sessions in a row up to the last, or `once` for any.

    With `needs_adapting`, another agent was tried or the feeders were analysed anew after the first of the row. `says`
    has a template for each verdict. `field` is what the answer reads. `note` says what of it is ours.
    """

    key: str
    says: Mapping[str, str]
    field: str
    answer: Callable[[Session], bool | None]
    needed: int = 1
    once: bool = False
    needs_adapting: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Any of its criteria meets it, after `interventions_from` interventions or more."""

    key: str
    name: str
    source: str
    criteria: tuple[Criterion, ...]
    clause: str = ""
    settings: tuple[str, ...] = ()
    interventions_from: int = 0


def share_from_diameters(viable_mm: float, longest_mm: float) -> tuple[float, float] | None:
    """The viable share by diameters; None of a lesion that is gone. The source does not say how to measure a share."""
    if not longest_mm:
        return None
    share = round(100 * float(viable_mm) / float(longest_mm), 4)
    return share, share


def is_judged_in_time(session: Session) -> bool:
    """Whether its review came after 1 to 3 months."""
    opens = session.on + timedelta(days=REVIEWED_FROM_DAYS)
    closes = surveillance.add_months(session.on, REVIEWED_TO_MONTHS)
    return session.reviewed_on is not None and opens <= session.reviewed_on <= closes


def _is_insufficient(session: Session) -> bool | None:
    if session.viable_share_pct is None or not is_judged_in_time(session):
        return None
    low, high = session.viable_share_pct
    if low > INSUFFICIENT_OVER_PCT:
        return True
    return None if high > INSUFFICIENT_OVER_PCT else False


def _number_rose(session: Session) -> bool | None:
    return session.number_rose if is_judged_in_time(session) else None


def _progressed(session: Session) -> bool | None:
    return session.progressed


def _row(counted: str) -> Mapping[str, str]:
    return dict.fromkeys((MET, NOT_MET, UNKNOWN), counted)


JSH_LCSGJ_2014 = Definition(
    key=JSH,
    name="JSH-LCSGJ 2014",
    source=JSH,
    criteria=(
        Criterion(
            key="insufficient_response",
            says=_row("{count} of {needed} insufficient responses in a row (over {over} % viable)."),
            field="viable_share_pct",
            answer=_is_insufficient,
            needed=IN_A_ROW,
            needs_adapting=True,
            note="1 month is read as 4 weeks; the source does not say how to measure the share.",
        ),
        Criterion(
            key="number_rose",
            says=_row("{count} of {needed} increases of tumour number in a row."),
            field="number_rose",
            answer=_number_rose,
            needed=IN_A_ROW,
            needs_adapting=True,
            note="1 month is read as 4 weeks.",
        ),
        Criterion(
            key="markers_rose",
            says=_row("{count} of {needed} rises of tumour markers right after treatment in a row."),
            field="markers_rose",
            answer=lambda session: session.markers_rose,
            needed=IN_A_ROW,
            note="“Continuous” has no number in the source: read as 2 sessions in a row.",
        ),
        Criterion(
            key="vascular_invasion",
            says={
                MET: "Vascular invasion has appeared.",
                NOT_MET: "No vascular invasion has appeared.",
                UNKNOWN: "Whether vascular invasion has appeared is not known.",
            },
            field="vascular_invasion",
            answer=lambda session: session.vascular_invasion,
            once=True,
        ),
        Criterion(
            key="spread",
            says={
                MET: "Spread outside the liver has appeared.",
                NOT_MET: "No spread outside the liver has appeared.",
                UNKNOWN: "Whether spread outside the liver has appeared is not known.",
            },
            field="spread",
            answer=lambda session: session.spread,
            once=True,
        ),
    ),
)


def of_the_guideline(settings: Settings = DEFAULT) -> Definition:
    """Clause 7.8 under these settings: continues to progress after several interventions."""
    progression = Criterion(
        key="progression",
        says=_row("{count} of {needed} progressions in a row."),
        field="progressed",
        answer=_progressed,
        needed=settings.continued_progressions,
    )
    return Definition(
        key=f"{EDITION}-7.8",
        name="7.8",
        source=EDITION,
        criteria=(progression,),
        clause="7.8",
        settings=("several_interventions", "continued_progressions"),
        interventions_from=settings.several_interventions,
    )


def definitions(settings: Settings = DEFAULT) -> tuple[Definition, ...]:
    """The guideline's own first."""
    return (of_the_guideline(settings), JSH_LCSGJ_2014)
