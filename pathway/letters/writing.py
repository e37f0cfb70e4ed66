"""Writes a letter: which words it takes, for whom, in which language, and onto which paper."""

from datetime import date, datetime
from types import ModuleType

from accounts.models import User
from pathway.letters import known, patient_words, referrer, words_chinese, words_english
from pathway.letters.content import Content
from pathway.letters.rows import Kind, LetterDraft
from pathway.papers import typesetting
from patients.models import Patient

ENGLISH, CHINESE = "en", "zh-hans"
# Each language is a complete text of its own, never translated sentence by sentence.
WORDS: dict[str, ModuleType] = {ENGLISH: words_english, CHINESE: words_chinese}


def language_for(patient: Patient, kind: str) -> str:
    """Return the language in which a letter begins: the patient's own where it is one of ours, else English."""
    if kind == Kind.PATIENT and patient.language in WORDS:
        return patient.language
    return ENGLISH


def content_of(draft: LetterDraft, *, by: User, on: date) -> Content:
    """Return the whole letter as it would go out today, signed by this person."""
    found = known.known_of(draft.patient, on=on)
    if draft.kind == Kind.PATIENT:
        written = patient_words.letter(found, WORDS.get(draft.language, words_english))
    else:
        written = referrer.letter(found)
    return {
        **written,
        "kind": draft.kind,
        "recipient": [line.strip() for line in draft.recipient.splitlines() if line.strip()],
        "added": draft.added.strip(),
        "signer": f"{by.name}\n{draft.patient.team.name}",
    }


def pdf_of(letter: Content, *, at: datetime) -> bytes:
    """Set it on paper. Raises typesetting.FontMissing."""
    return typesetting.typeset("letter.typ", letter, at=at)
