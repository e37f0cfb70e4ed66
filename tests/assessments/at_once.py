"""Two site admins at the same moment, over and over, on the database that DATABASE_URL names.

`test_editions_at_once` runs it in a process of its own and reads what came of it.
"""

import json
from collections import Counter
from collections.abc import Callable

from accounts.models import User
from assessments import edition_changes
from assessments.actions import editions
from assessments.models import EditionSettings
from tests.factories import assessments as factory
from tests.factories.accounts import UserFactory
from tests.factories.patients import NOW, TODAY
from tests.followup.at_once import at_once

ROUNDS = 5


class Race:
    """An author and two others; each race leaves no draft behind."""

    def __init__(self) -> None:
        self.author, *self.others = (UserFactory(is_site_admin=True) for _number in range(3))

    def draft(self) -> EditionSettings:
        """Return a draft that changes something and has its dry run."""
        newest = editions.newest_published()
        value = 40 if newest and newest.values.get("local_platelets_under_10e9_per_l") == 50 else 50
        factory.edition_draft(
            self.author,
            version=EditionSettings.objects.count() + 1,
            values={"local_platelets_under_10e9_per_l": value},
        )
        return factory.weighed_edition_draft(self.author)

    def approving(self, draft: EditionSettings, by: User) -> Callable[[], object]:
        seen = editions.latest_dry_run(draft)
        return lambda: editions.approve_draft(
            draft=draft, dry_run=seen and seen.pk, effective_from=TODAY, by=by, on=TODAY, at=NOW
        )

    def discarding(self, draft: EditionSettings) -> Callable[[], object]:
        return lambda: editions.discard_draft(draft=draft, because="Not agreed", by=self.author, at=NOW)


def approve_the_same(race: Race) -> dict:
    draft = race.draft()
    came = at_once(*(race.approving(draft, by) for by in race.others))
    draft.refresh_from_db()
    return {"came": came, "published": draft.is_published}


def approve_and_discard(race: Race) -> dict:
    """One of the two, and never both."""
    draft = race.draft()
    came = at_once(race.approving(draft, race.others[0]), race.discarding(draft))
    draft.refresh_from_db()
    return {"done": came.count("done"), "one": draft.is_published != (draft.discarded_at is not None)}


def approve_and_change(race: Race) -> dict:
    """What was approved is what the dry run weighed."""
    draft = race.draft()
    weighed = edition_changes.digest_of(draft)
    content = edition_changes.content_of(draft) | {"small_lesion_up_to_mm": 20}
    at_once(
        race.approving(draft, race.others[0]),
        lambda: editions.change_draft(draft=draft, content=content, reason="Other", by=race.author, at=NOW),
    )
    draft.refresh_from_db()
    is_fine = not draft.is_published or edition_changes.digest_of(draft) == weighed
    if not draft.is_published:
        race.discarding(draft)()
    return {"is_fine": is_fine}


def begin_two(race: Race) -> dict:
    based_on = editions.newest_published() or EditionSettings()
    content = edition_changes.content_of(based_on)
    came = at_once(
        *(
            lambda by=by: editions.draft_edition(
                based_on=based_on, content=content, reason="Mine", by=by, at=NOW
            )
            for by in race.others
        )
    )
    drafts = list(EditionSettings.objects.drafts())
    for draft in drafts:
        race.discarding(draft)()
    return {"came": came, "drafts": len(drafts)}


RACES = (approve_the_same, approve_and_discard, approve_and_change, begin_two)


def run_all() -> str:
    """Return for each race the results that came, and how often, as JSON."""
    outcomes = {
        race.__name__: dict(Counter(json.dumps(race(Race()), sort_keys=True) for _round in range(ROUNDS)))
        for race in RACES
    }
    return json.dumps(outcomes)
