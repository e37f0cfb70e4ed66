"""Meetings, who is discussed at them, and packs, for tests."""

import factory

from pathway.models import Discussion, Meeting, MeetingPack
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.patients import NOW, TODAY, PatientFactory


class MeetingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Meeting

    team = factory.SubFactory(TeamFactory)
    held_on = TODAY
    created_at = NOW
    created_by = factory.SubFactory(UserFactory)


class DiscussionFactory(factory.django.DjangoModelFactory):
    """A patient on the list of a meeting of the patient's team."""

    class Meta:
        model = Discussion

    patient = factory.SubFactory(PatientFactory)
    meeting = factory.SubFactory(
        MeetingFactory,
        team=factory.SelfAttribute("..patient.team"),
        created_by=factory.SelfAttribute("..added_by"),
    )
    question = "Embolise again, or systemic therapy?"
    why = Discussion.Why.BY_HAND
    position = factory.Sequence(lambda n: n + 1)
    added_at = NOW
    added_by = factory.SubFactory(UserFactory)


class MeetingPackFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MeetingPack

    meeting = factory.SubFactory(MeetingFactory)
    made_at = NOW
    made_by = factory.SubFactory(UserFactory)
    content = b"%PDF-1.7"
