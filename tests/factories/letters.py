"""Letters in work and letters that went out, for tests."""

import factory

from pathway.letters.rows import Letter, LetterDraft, Letterhead
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.patients import NOW, PatientFactory


class LetterheadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Letterhead

    team = factory.SubFactory(TeamFactory)
    # Numbers that Ofcom keeps for stories: nobody answers.
    phone = "020 7946 0100"
    urgent_phone = "020 7946 0199"
    address = "Interventional Radiology\nNorthfield General Hospital"
    saved_at = NOW


class LetterDraftFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LetterDraft

    patient = factory.SubFactory(PatientFactory)
    kind = "referrer"
    language = "en"
    recipient = "Dr A. Smith\nMill Lane Practice"
    started_at = NOW
    started_by = factory.SubFactory(UserFactory)
    saved_at = NOW
    saved_by = factory.SelfAttribute("started_by")


class LetterFactory(factory.django.DjangoModelFactory):
    """A letter that went out, with a paper that is no paper."""

    class Meta:
        model = Letter

    draft = factory.SubFactory(
        LetterDraftFactory, closed_at=NOW, closed_by=factory.SelfAttribute("started_by")
    )
    patient = factory.SelfAttribute("draft.patient")
    kind = factory.SelfAttribute("draft.kind")
    language = "en"
    content = factory.LazyFunction(
        lambda: {
            "language": "en", "title": "Arterial treatment of the liver", "footer": "", "head": ["Northfield"],
            "date": "2 March 2026", "recipient": ["Dr A. Smith"], "about": "OKAFOR, Daniel",
            "greeting": "Dear colleague,", "parts": [], "added": "", "closing": "Yours sincerely,", "signer": "",
        }
    )  # fmt: skip
    text = "Dear colleague,"
    pdf = b"%PDF-1.7"
    pdf_sha256 = "0" * 64
    issued_at = NOW
    issued_by = factory.SelfAttribute("draft.started_by")
