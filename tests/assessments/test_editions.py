"""A change of the settings: one draft, its dry run, a second person, a day that is not past; then never changed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import AuditEntry
from assessments import edition_changes, edition_list, guidance, panel
from assessments.actions import edition, editions
from assessments.models import EditionSettings
from guidelines import settings as engine_settings
from tests.factories import assessments as factory
from tests.factories.accounts import UserFactory
from tests.factories.patients import NOW, PatientFactory

TODAY = date(2026, 3, 2)

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return UserFactory(is_site_admin=True, name="P. Varga")


@pytest.fixture
def second():
    return UserFactory(is_site_admin=True, name="T. Halloran")


def content(**changed):
    return edition_changes.content_of(editions.newest_published()) | changed


@pytest.fixture
def draft(author):
    return editions.draft_edition(
        based_on=editions.newest_published(),
        content=content(local_platelets_under_10e9_per_l=50),
        reason="Platelets of 50 are transfused",
        by=author,
        at=NOW,
    )


def run(draft, by):
    return editions.keep_dry_run(dry_run=factory.dry_run_of(draft, by), flips=[], counts={})


def approve(draft, by, *, effective_from=TODAY, dry_run=None, on=TODAY):
    seen = dry_run or editions.latest_dry_run(draft)
    return editions.approve_draft(
        draft=draft, dry_run=seen and seen.pk, effective_from=effective_from, by=by, on=on, at=NOW
    )


class TestDraft:
    def test_takes_the_next_number_and_stores_what_differs_from_the_defaults(self, draft, author):
        assert (draft.version, draft.drafted_by, draft.is_draft) == (2, author, True)
        assert draft.values == {"local_platelets_under_10e9_per_l": 50}

    def test_is_not_in_force(self, draft):
        assert edition.settings_in_force(on=TODAY, at=NOW).version == 1

    def test_is_the_only_one(self, draft, second):
        with pytest.raises(editions.UnableToDraft, match="Another draft is open"):
            editions.draft_edition(
                based_on=editions.newest_published(), content=content(), reason="Mine", by=second, at=NOW
            )

    def test_is_the_only_one_for_the_database_too(self, draft, second):
        with pytest.raises(IntegrityError), transaction.atomic():
            factory.edition_draft(second, version=3)

    def test_is_changed_by_its_author(self, draft, author):
        changed = content(local_platelets_under_10e9_per_l=55)

        editions.change_draft(draft=draft, content=changed, reason="Rather 55", by=author, at=NOW)

        draft.refresh_from_db()
        assert draft.values == {"local_platelets_under_10e9_per_l": 55}
        assert draft.reason == "Rather 55"

    def test_is_not_changed_by_another(self, draft, second):
        with pytest.raises(editions.UnableToDraft, match="Only the person who began"):
            editions.change_draft(draft=draft, content=content(), reason="Mine", by=second, at=NOW)

    def test_is_discarded_with_a_reason_and_keeps_its_number(self, draft, second):
        editions.discard_draft(draft=draft, because="Not agreed", by=second, at=NOW)

        following = editions.draft_edition(
            based_on=editions.newest_published(), content=content(), reason="Next", by=second, at=NOW
        )
        assert following.version == 3
        draft.refresh_from_db()
        assert (draft.discarded_by, draft.discarded_because) == (second, "Not agreed")

    def test_is_not_discarded_twice(self, draft, second):
        editions.discard_draft(draft=draft, because="Not agreed", by=second, at=NOW)

        with pytest.raises(editions.UnableToDraft, match="was discarded"):
            editions.discard_draft(draft=draft, because="Again", by=second, at=NOW)

    def test_leaves_its_trace(self, draft, author):
        assert AuditEntry.objects.filter(by=author, what="assessments.draft_edition").count() == 1

    def test_follows_the_first_version_where_a_database_lost_it(self, author):
        EditionSettings.objects.all().delete()
        shown = edition.settings_shown(on=TODAY)
        defaults = edition_changes.content_of(shown)

        draft = editions.draft_edition(
            based_on=shown, content=defaults, reason="Begins again", by=author, at=NOW
        )

        assert (draft.version, draft.based_on.version) == (2, 1)


class TestApproval:
    def test_publishes_from_a_day(self, draft, author, second):
        run(draft, author)

        approve(draft, second, effective_from=TODAY + timedelta(days=30))

        assert EditionSettings.objects.in_force(TODAY + timedelta(days=29)).version == 1
        assert EditionSettings.objects.in_force(TODAY + timedelta(days=30)).version == 2
        assert AuditEntry.objects.filter(by=second, what="assessments.approve_edition").count() == 1

    def test_is_not_the_authors(self, draft, author):
        run(draft, author)

        with pytest.raises(editions.UnableToApprove, match="second person"):
            approve(draft, author)

    def test_is_not_the_authors_for_the_database_too(self, draft, author):
        given = {"approved_by": author, "approved_at": NOW, "effective_from": TODAY}

        with pytest.raises(IntegrityError), transaction.atomic():
            EditionSettings.objects.filter(pk=draft.pk).update(**given)

    def test_is_never_left_out_for_the_database(self, draft):
        with pytest.raises(IntegrityError), transaction.atomic():
            EditionSettings.objects.filter(pk=draft.pk).update(effective_from=TODAY)

    def test_asks_for_a_dry_run(self, draft, second):
        with pytest.raises(editions.UnableToApprove, match="Run this draft"):
            approve(draft, second)

    def test_asks_for_a_dry_run_of_the_draft_as_it_is(self, draft, author, second):
        run(draft, author)
        changed = content(local_platelets_under_10e9_per_l=45)
        editions.change_draft(draft=draft, content=changed, reason="Rather 45", by=author, at=NOW)

        with pytest.raises(editions.UnableToApprove, match="Run this draft"):
            approve(draft, second)

    def test_asks_for_a_dry_run_by_this_engine(self, draft, author, second, monkeypatch):
        run(draft, author)
        monkeypatch.setattr(guidance, "ENGINE_VERSION", "another")

        with pytest.raises(editions.UnableToApprove, match="Run this draft"):
            approve(draft, second)

    def test_is_of_the_dry_run_that_was_looked_at(self, draft, author, second):
        seen = run(draft, author)
        run(draft, author)

        with pytest.raises(editions.UnableToApprove, match="newer dry run"):
            approve(draft, second, dry_run=seen)

    @pytest.mark.parametrize(("days", "is_past"), [(-1, True), (0, False), (1, False)])
    def test_takes_effect_today_or_later(self, draft, author, second, days, is_past):
        run(draft, author)
        day = TODAY + timedelta(days=days)

        if is_past:
            with pytest.raises(editions.UnableToApprove, match="today or a later day") as refused:
                approve(draft, second, effective_from=day)
            assert refused.value.field == "effective_from"
        else:
            assert approve(draft, second, effective_from=day).effective_from == day

    @pytest.mark.parametrize(("days", "is_too_far"), [(365, False), (366, False), (367, True)])
    def test_takes_effect_within_a_year_so_that_no_mistyped_year_bars_every_later_version(
        self, draft, author, second, days, is_too_far
    ):
        run(draft, author)
        day = TODAY + timedelta(days=days)

        if is_too_far:
            with pytest.raises(editions.UnableToApprove, match="within a year") as refused:
                approve(draft, second, effective_from=day)
            assert refused.value.field == "effective_from"
        else:
            assert approve(draft, second, effective_from=day).effective_from == day

    def test_does_not_overtake_a_version_that_is_still_to_come(self, author, second):
        factory.published_edition(effective_from=TODAY + timedelta(days=10), values={})
        later = editions.draft_edition(
            based_on=editions.newest_published(), content=content(small_lesion_up_to_mm=25),
            reason="Smaller", by=author, at=NOW,
        )  # fmt: skip
        run(later, author)

        with pytest.raises(editions.UnableToApprove, match="takes effect on"):
            approve(later, second, effective_from=TODAY + timedelta(days=9))
        approve(later, second, effective_from=TODAY + timedelta(days=10))
        assert EditionSettings.objects.in_force(TODAY + timedelta(days=10)) == later

    def test_happens_once(self, draft, author, second):
        run(draft, author)
        approve(draft, second)

        with pytest.raises(editions.UnableToApprove, match="Halloran approved this version already"):
            approve(draft, UserFactory(is_site_admin=True))

    def test_of_a_discarded_draft_is_refused(self, draft, author, second):
        run(draft, author)
        editions.discard_draft(draft=draft, because="Not agreed", by=author, at=NOW)

        with pytest.raises(editions.UnableToApprove, match="was discarded"):
            approve(draft, second)

    def test_of_nothing_is_refused(self, author, second):
        same = editions.draft_edition(
            based_on=editions.newest_published(), content=content(), reason="The same", by=author, at=NOW
        )
        run(same, author)

        with pytest.raises(editions.UnableToApprove, match="changes nothing"):
            approve(same, second)

    def test_is_for_ever(self, draft, author, second):
        run(draft, author)
        approve(draft, second)

        with pytest.raises(DatabaseError), transaction.atomic():
            EditionSettings.objects.filter(pk=draft.pk).update(values={})
        with pytest.raises(editions.UnableToDraft):
            editions.change_draft(draft=draft, content=content(), reason="Again", by=author, at=NOW)


class TestAssessments:
    def test_keep_the_version_that_they_were_made_under(self, draft, author, second, clinician, team):
        older = factory.draft(PatientFactory(team=team), clinician, platelets_10e9_per_l=52)
        run(draft, author)
        approve(draft, second)

        newer = factory.draft(PatientFactory(team=team), clinician, platelets_10e9_per_l=52)

        told = [guidance.copy_to_columns(row).verdict for row in (older, newer)]
        assert [row.edition_settings.version for row in (older, newer)] == [1, 2]
        assert told == ["not_eligible", "eligible"]


class TestGoingBack:
    def test_is_a_new_version_with_the_older_values(self, draft, author, second):
        run(draft, author)
        approve(draft, second)
        first = EditionSettings.objects.get(version=1)
        back = editions.draft_edition(
            based_on=first,
            content=edition_changes.content_of(first),
            reason="Too many bled",
            by=second,
            at=NOW,
        )
        run(back, second)

        approve(back, author)

        in_force = EditionSettings.objects.in_force(TODAY)
        assert (in_force.version, in_force.based_on) == (3, first)
        assert guidance.engine_settings(in_force) == engine_settings.DEFAULT


class TestChanges:
    def test_name_what_differs_with_its_clauses(self, draft):
        (change,) = edition_changes.changes_between(editions.newest_published(), draft)

        assert (change.before, change.after, change.clauses) == ("as printed", "50", ["4.8b"])
        assert change.is_deviation

    @pytest.mark.parametrize("name", list(engine_settings.DECLARED))
    def test_say_every_setting_in_words(self, name):
        table = edition_changes.table_of(*[EditionSettings.objects.get(version=1)] * 2)

        change = next(one for one in table if one.name == name)
        assert change.label
        assert change.before == change.after != ""

    def test_digest_follows_every_setting(self, draft):
        digests = {edition_changes.digest_of(draft)}
        for name, value in (("lab_age_limit_days", 30), ("recheck_to_days", 21), ("values", {})):
            setattr(draft, name, value)
            digests.add(edition_changes.digest_of(draft))

        assert len(digests) == 4


class TestStates:
    def test_tell_where_each_version_stands(self, author):
        factory.published_edition(
            effective_from=TODAY - timedelta(days=5), values={"small_lesion_up_to_mm": 25}
        )
        factory.published_edition(
            effective_from=TODAY + timedelta(days=5), values={"small_lesion_up_to_mm": 20}
        )
        factory.published_edition(
            effective_from=TODAY + timedelta(days=5), values={"small_lesion_up_to_mm": 22}
        )
        discarded = factory.edition_draft(author)
        editions.discard_draft(draft=discarded, because="Not agreed", by=author, at=NOW)
        factory.edition_draft(author, version=6)

        lines = edition_list.lines(on=TODAY)

        assert [(line.version.version, line.state) for line in lines] == [
            (6, "draft"), (5, "discarded"), (4, "coming"), (3, "passed_over"), (2, "in_force"), (1, "earlier"),
        ]  # fmt: skip
        assert lines[-1].until == TODAY - timedelta(days=5)
        assert all(line.state_words and line.look and line.icon for line in lines)

    def test_call_a_version_earlier_that_was_replaced_on_the_day_on_which_it_had_taken_effect(self):
        factory.published_edition(values={"small_lesion_up_to_mm": 25})
        factory.published_edition(values={"small_lesion_up_to_mm": 20})

        states = [line.state for line in edition_list.lines(on=TODAY)]

        assert states == ["in_force", "earlier", "earlier"]


class TestDeviationOnAPage:
    def test_is_labelled_beside_the_finding_and_the_verdict(self, draft, clinician, team):
        held = factory.entries_of(platelets_10e9_per_l=48)
        shown = panel.build(guidance.weigh(held, draft), held, draft, on=TODAY)

        told = next(one for one in shown.against if one.clause == "4.8b")
        assert told.says.endswith("Local deviation from the source, which prints 60.")
        assert told.settings == [
            "Local deviation from the source, which prints 60 × 10⁹/L for platelets (4.8b)."
        ]
        assert shown.deviations == [(told.settings[0], "50")]

    def test_tells_a_changed_setting_beside_its_default(self):
        row = EditionSettings(version=2, values={"several_interventions": 4})

        notes = {name: note for name, _value, note in guidance.settings_table(row)}

        assert notes["several_interventions"].endswith("3 or more. Set to 4 in this version.")
        assert "Set to" not in notes["continued_progressions"]
