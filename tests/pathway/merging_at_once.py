"""Two people merge, or one merges while another signs, at the same moment, on the database that DATABASE_URL names.

`test_merge_at_once` runs it in a process of its own and reads what came of it.
"""

import json
from collections import Counter

from assessments.actions import signing
from assessments.models import Assessment, SignedVersion
from pathway.actions import merge, unmerge
from pathway.merge.rows import MergeRecord
from patients.actions import tasks
from patients.models import LabResult, Patient, Task
from tests.factories.patients import NOW, TODAY
from tests.followup.at_once import Race, at_once
from tests.pathway import merging

ROUNDS = 6


def merged(kept: Patient, other: Patient, by) -> MergeRecord:
    chosen = merging.choose(kept, other)
    return merge.merge_records(kept=kept, duplicate=other, chosen=chosen, reason="One person", by=by, at=NOW)


def each_into_the_other(race: Race) -> dict:
    """One of the two merges, or, where each was in the other's way, neither: never a ring."""
    one, two = (merging.record(race.team, race.people[0], ["lesions"]) for _number in range(2))
    came = at_once(
        lambda: merged(one, two, race.people[0]),
        lambda: merged(two, one, race.people[1]),
    )
    stubs = Patient.objects.filter(pk__in=[one.pk, two.pk]).exclude(merged_into=None).count()
    refused = {"UnableToMerge", "InUse"}
    return {"agrees": stubs == came.count("done") <= 1, "refused_in_words": set(came) <= {"done", *refused}}


def merge_and_sign(race: Race) -> dict:
    """The assessment is signed or not, and is with the record that is kept: whoever was too late is told."""
    by = race.people[0]
    kept, other = merging.record(race.team, by), merging.record(race.team, by)
    draft = merging.assessment_factories.draft(other, by)
    Assessment.objects.filter(pk=draft.pk).update(decision="proceed")
    came = at_once(
        lambda: merged(kept, other, by),
        lambda: signing.sign_assessment(assessment=draft, by=race.people[1], on=TODAY, at=NOW),
    )
    draft.refresh_from_db()
    other.refresh_from_db()
    is_signed = SignedVersion.objects.filter(assessment=draft).count() == (1 if draft.is_signed else 0)
    with_whom = draft.patient_id == (other.merged_into_id or other.pk)
    told = set(came) <= {"done", "InUse", "DoesNotExist", "UnableToSign"}
    return {"is_signed_once": is_signed, "is_with_the_kept": with_whom, "told": told}


def merge_and_write(race: Race) -> dict:
    """A row that somebody adds at the same moment goes over or is refused: none is left on the merged record."""
    by = race.people[0]
    kept, other = merging.record(race.team, by), merging.record(race.team, by)
    at_once(
        lambda: merged(kept, other, by),
        lambda: LabResult.objects.create(
            patient=other,
            analyte="inr",
            value=1,
            unit="ratio",
            canonical_value=1,
            taken_on=TODAY,
            entered_at=NOW,
        ),
        lambda: tasks.add_task(
            patient=other, by=by, at=NOW, kind=Task.Kind.OTHER, title="Call", due_from=TODAY, due_to=TODAY
        ),
    )
    other.refresh_from_db()
    left = LabResult.objects.filter(patient=other).count() + Task.objects.filter(patient=other).count()
    return {"left_behind": left if other.merged_into_id else 0}


def take_back_twice(race: Race) -> dict:
    by = race.people[0]
    kept, other = (merging.record(race.team, by, ["lesions", "tasks"]) for _number in range(2))
    record = merged(kept, other, by)
    came = race.by_both(lambda who: unmerge.undo_merge(record=record, because="Two", by=who, at=NOW))
    other.refresh_from_db()
    return {"undone_once": came.count("done") == 1, "is_alone_again": other.lesions.count() == 2}


RACES = (each_into_the_other, merge_and_sign, merge_and_write, take_back_twice)


def run_all() -> str:
    """Return for each race the results that came, and how often, as JSON."""
    outcomes = {
        race.__name__: dict(Counter(json.dumps(race(Race()), sort_keys=True) for _round in range(ROUNDS)))
        for race in RACES
    }
    return json.dumps(outcomes)
