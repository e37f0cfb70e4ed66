"""What is open before a reading can be signed: what could not be read, what is missing, what contradicts itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from followup import reading_answers
from followup.models import LesionReading
from followup.reading_answers import Answers
from followup.reading_work import Row, Work
from guidelines.entry import FactError
from patients.models import YesNo
from procedures import answers as told

State = LesionReading.State
# A lesion in these states is there, so that it counts as new where it was not there before treatment.
THERE = (State.MEASURED, State.TOO_SMALL)


@dataclass(frozen=True)
class Gap:
    """One thing to mend, and the box where it is mended."""

    name: str
    words: str

    @property
    def anchor(self) -> str:
        """The place on the page: a box of the table, or a question of the whole scan."""
        if "-" not in self.name:
            return f"div_id_{self.name}"
        return "lesions" if self.name.startswith("-") else f"id_{self.name}"


def gaps_of(work: Work, answers: Answers, refused: FactError | None) -> list[Gap]:
    """Return what is open, in the order of the page; `refused` is why nothing can be worked out, if so."""
    return [*_of_lesions(work, answers, refused), *_of_whole_scan(work, answers)]


def _of_lesions(work: Work, answers: Answers, refused: FactError | None) -> Iterator[Gap]:
    for row in work.rows:
        yield from _of_lesion(row, answers)
    if refused is not None:
        key = next((row.key for row in work.rows if row.label == refused.key), "")
        yield Gap(reading_answers.of_lesion(key, "merged_into"), refused.message)


def _of_lesion(row: Row, answers: Answers) -> Iterator[Gap]:
    def at(name: str, words: str) -> Gap:
        return Gap(reading_answers.of_lesion(row.key, name), words % {"lesion": row.label})

    for name in ("longest", "viable"):
        if "raw" in answers.get(reading_answers.of_lesion(row.key, name), {}):
            yield at(name, _("%(lesion)s: a diameter cannot be read."))
            return
    state = reading_answers.state_of(answers, row.key)
    has_longest = reading_answers.value(answers, row.key, "longest") is not None
    if not state:
        words = _("%(lesion)s: fill it in, or remove the row.") if row.is_added else ""
        yield at("longest", words or _("%(lesion)s: measure it, or say what became of it."))
    elif state == State.MEASURED and not has_longest:
        yield at("longest", _("%(lesion)s: the longest diameter is missing."))
    elif state == State.MERGED and not reading_answers.value(answers, row.key, "merged_into"):
        yield at("merged_into", _("%(lesion)s: say which lesion it has grown together with."))
    elif _has_size_beside(state, row.key, answers):
        yield at("state", _("%(lesion)s: it has a diameter, and its state says that it has none."))


def _has_size_beside(state: str, key: str, answers: Answers) -> bool:
    """Whether something is measured of a lesion that is not there, not to be judged, or part of another."""
    sizes = [reading_answers.value(answers, key, name) for name in ("longest", "viable")]
    return state not in THERE and any(sizes)


def _of_whole_scan(work: Work, answers: Answers) -> Iterator[Gap]:
    if told.value_of(answers, "dynamic_enhanced") == YesNo.NO and any(has_viable(work, answers)):
        words = _("Without dynamic enhancement no viable part can be measured (7.7): empty these boxes.")
        yield Gap("dynamic_enhanced", words)
    elif told.value_of(answers, "viable_tumour") == YesNo.NO and any(has_viable(work, answers)):
        lesions = {"lesions": ", ".join(has_viable(work, answers))}
        yield Gap(
            "viable_tumour", _("“No viable tumour”, and a viable part was measured: %(lesions)s.") % lesions
        )
    if told.value_of(answers, "new_lesions") == YesNo.NO and any(new_now(work, answers)):
        lesions = {"lesions": ", ".join(new_now(work, answers))}
        yield Gap("new_lesions", _("“No new lesions”, and one is in the table: %(lesions)s.") % lesions)
    for name in (reading_answers.AFP, reading_answers.AFP_ON):
        if "raw" in answers.get(name, {}):
            yield Gap(name, _("AFP or its day cannot be read."))
    if told.value_of(answers, reading_answers.AFP) and not told.value_of(answers, reading_answers.AFP_ON):
        yield Gap(reading_answers.AFP_ON, _("Say on which day AFP was taken."))


def has_viable(work: Work, answers: Answers) -> list[str]:
    """The lesions of which a viable part was measured."""
    return [row.label for row in work.rows if reading_answers.value(answers, row.key, "viable")]


def new_now(work: Work, answers: Answers) -> list[str]:
    """The lesions that are there now for the first time; a part that split off is none."""
    before = {one.lesion_id for earlier in work.earlier for one in earlier.lesions}
    return [
        row.label
        for row in work.rows
        if row.is_new
        and (row.lesion is None or row.lesion.pk not in before)
        and reading_answers.state_of(answers, row.key) in THERE
        and not reading_answers.value(answers, row.key, "split_from")
    ]
