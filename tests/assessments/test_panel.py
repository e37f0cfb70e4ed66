"""The panel: the engine's answer laid out, with dates, ages, exceptions and what is not in source."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from assessments import guidance, panel, record, words
from assessments.actions import edition
from assessments.models import EditionSettings
from guidelines import settings as engine_settings
from guidelines.clauses import conditions
from tests.factories import assessments as factory
from tests.factories import patients as patient_factories

TODAY = date(2026, 3, 2)
NOW = patient_factories.NOW


@pytest.fixture
def settings_row():
    return EditionSettings(version=1)


def panel_of(settings_row, *, on=TODAY, taken_on=TODAY, **changed):
    held = factory.entries_of(on=taken_on, **changed)
    return panel.build(guidance.weigh(held, settings_row), held, settings_row, on=on)


class TestVerdict:
    @pytest.mark.parametrize(
        ("verdict", "changed"),
        [
            ("eligible", {}),
            ("eligible_with_conditions", {"infection": "active_treatable"}),
            ("not_eligible", {"platelets_10e9_per_l": 59}),
            ("surgery_preferred", {"resectability": "resectable", "surgery": "suitable"}),
            (
                "not_indicated",
                {
                    "resectability": "resectable",
                    "surgery": "suitable",
                    "lesion_diameters_mm": [],
                    "tumour_fraction_pct": None,
                },
            ),
            ("needs_mdt", {"tumour_rupture_bleeding": True, "platelets_10e9_per_l": 59}),
            ("insufficient_data", {"platelets_10e9_per_l": None}),
        ],
    )
    def test_has_words_for_each(self, settings_row, verdict, changed):
        shown = panel_of(settings_row, **changed)

        assert shown.verdict == verdict
        assert shown.verdict_words == words.VERDICTS[verdict]

    def test_has_words_for_every_condition_of_the_engine(self):
        assert words.CONDITIONS.keys() == conditions.CONDITIONS.keys()

    def test_says_which_condition_is_not_in_source(self, settings_row):
        shown = panel_of(settings_row, ascites="slight", albumin_g_per_l=30)

        assert [(one["name"], one["in_source"]) for one in shown.conditions] == [
            ("superselective_reduced", False)
        ]


class TestAgainst:
    def clauses(self, shown):
        return [one.clause for one in shown.against]

    def test_tells_the_number_that_decided_with_its_date_and_age(self, settings_row):
        shown = panel_of(settings_row, taken_on=TODAY - timedelta(days=4), platelets_10e9_per_l=52)

        platelets = shown.against[0]
        assert platelets.clause == "4.8b"
        assert platelets.decided == ["Platelets: 52 × 10⁹/L, 26 Feb 2026, 4 days old"]

    def test_does_not_tell_a_contraindication_twice(self, settings_row):
        shown = panel_of(settings_row, platelets_10e9_per_l=52, leukocytes_10e9_per_l=2.0)

        assert self.clauses(shown) == ["4.8a", "4.8b"]

    def test_puts_the_exception_under_what_it_lifts(self, settings_row):
        shown = panel_of(settings_row, tumour_fraction_pct=72)

        assert self.clauses(shown) == ["4.7"]
        assert [one.clause for one in shown.against[0].lifts if one.holds] == ["4.7x"]
        assert shown.lifted_count == 1

    def test_tells_the_blocked_trunk_as_not_lifted(self, settings_row):
        shown = panel_of(settings_row, portal_trunk="complete", portal_collaterals="few")

        assert self.clauses(shown) == ["4.3"]
        assert shown.may_be_overridden
        assert shown.lifted_count == 0

    def test_tells_resection_where_it_is_preferred(self, settings_row):
        shown = panel_of(settings_row, resectability="resectable", surgery="suitable")

        assert self.clauses(shown) == ["2.5"]

    def test_tells_the_gate_that_fails(self, settings_row):
        shown = panel_of(settings_row, ecog=3, local_pain=True)

        assert self.clauses(shown) == ["3.1.5"]

    def test_tells_every_indication_that_is_not_met(self, settings_row):
        shown = panel_of(settings_row, ecog=3)

        assert shown.verdict == "not_indicated"
        assert {"3.1", "3.2", "3.4", "3.5", "F.6"} <= set(self.clauses(shown))

    def test_loses_no_clause(self, settings_row):
        shown = panel_of(settings_row, tumour_fraction_pct=72)

        told = [*shown.against, *shown.speaks_for, *shown.rest]
        told += [lifting for one in shown.against for lifting in one.lifts]
        assert {one.clause for one in told} == {raw["clause"] for raw in shown.answer.says["findings"]}


class TestMissing:
    def test_names_the_fact_and_the_clauses_that_wait(self, settings_row):
        shown = panel_of(settings_row, platelets_10e9_per_l=None)

        assert [(one.name, one.label) for one in shown.missing] == [("platelets_10e9_per_l", "Platelets")]
        assert "4.8b" in shown.missing[0].clauses


class TestScores:
    def test_add_child_pugh_up_from_its_parts(self, settings_row):
        child_pugh = panel_of(settings_row, ascites="slight").scores[0]

        assert child_pugh.value == "A (6)"
        assert child_pugh.parts == ["Bilirubin 1", "Albumin 1", "INR 1", "Ascites 2", "Encephalopathy 1"]

    def test_leave_open_what_is_not_known(self, settings_row):
        child_pugh = panel_of(settings_row, ascites=None).scores[0]

        assert child_pugh.value == "A or B (5–7)"
        assert "Ascites 1–3" in child_pugh.parts
        assert not child_pugh.is_known

    def test_say_when_nothing_can_be_said(self, settings_row):
        albi = panel_of(settings_row, albumin_g_per_l=None).scores[1]

        assert albi.value == "not known"


class TestWouldChange:
    def test_says_from_what_to_what(self, settings_row):
        shown = panel_of(settings_row, platelets_10e9_per_l=52)

        change = next(one for one in shown.changes if one.fact == "platelets_10e9_per_l")
        assert change.words == "Platelets 52 → 60 × 10⁹/L"
        assert change.verdict == "eligible"

    def test_says_a_choice_in_words(self, settings_row):
        shown = panel_of(settings_row, infection="active_untreatable")

        assert [one.words for one in shown.changes] == [
            "Active infection: Not treatable at the same time → None"
        ]


class TestTranslation:
    def test_translates_first_and_fills_then(self, settings_row, monkeypatch):
        sentence = guidance.clause_of("4.8b").says
        monkeypatch.setattr(guidance, "gettext", lambda text: {sentence: "Zu wenig: {under}"}.get(text, text))

        shown = panel_of(settings_row, platelets_10e9_per_l=52)

        told = next(one for one in shown.against if one.clause == "4.8b")
        assert told.says == "Zu wenig: 60"

    def test_leaves_what_was_signed_under_another_wording(self, settings_row):
        held = factory.entries_of()
        answer = guidance.weigh(held, settings_row)
        answer.says["findings"][0]["says"] = "As it was worded in another year."

        shown = panel.build(answer, held, settings_row, on=TODAY)

        assert shown.findings[0].says == "As it was worded in another year."


class TestWeigh:
    def test_leaves_out_a_contradiction_and_says_which(self, settings_row):
        held = factory.entries_of(pvtt="vp3", macrovascular_invasion=False)

        answer = guidance.weigh(held, settings_row)

        assert len(answer.left_out) == 1
        assert answer.left_out.keys() <= {"pvtt", "macrovascular_invasion"}

    def test_uses_the_settings_of_the_version(self):
        stricter = EditionSettings(version=2, values={"small_lesion_up_to_mm": 20})
        held = factory.entries_of(lesion_diameters_mm=[25])

        by_clause = {one["clause"]: one["verdict"] for one in guidance.weigh(held, stricter).says["findings"]}

        assert by_clause["3.3"] == "not_met"

    @pytest.mark.parametrize(
        "name", [name for name, _value, _note in guidance.settings_table(EditionSettings())]
    )
    def test_reads_every_setting_back_from_json(self, name):
        import json

        default = getattr(engine_settings.DEFAULT, name)
        row = EditionSettings(version=2, values=json.loads(json.dumps({name: default})))

        assert guidance.engine_settings(row) == engine_settings.DEFAULT


class TestEditionSettings:
    def test_begin_with_the_engines_defaults(self, db):
        first = EditionSettings.objects.in_force(TODAY)

        assert first.version == 1
        assert guidance.engine_settings(first) == engine_settings.DEFAULT
        assert first.lab_age_limit_days == 28

    def test_are_those_of_the_day(self, db):
        factory.published_edition(effective_from=TODAY)

        assert EditionSettings.objects.in_force(TODAY - timedelta(days=1)).version == 1
        assert EditionSettings.objects.in_force(TODAY).version == 2

    def test_are_not_in_force_before_they_are_published(self, db, clinician):
        EditionSettings.objects.create(version=2, reason="Draft", drafted_by=clinician, drafted_at=NOW)

        assert EditionSettings.objects.in_force(TODAY).version == 1

    def test_come_back_when_a_database_lost_them(self, db):
        EditionSettings.objects.all().delete()

        assert edition.settings_in_force(on=TODAY, at=NOW).version == 1
        assert edition.settings_in_force(on=TODAY, at=NOW).version == 1


class TestWords:
    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("platelets_10e9_per_l", 52, "52 × 10⁹/L"),
            ("bilirubin_umol_per_l", {"value": 2.1, "unit": "mg/dL"}, "2.1 mg/dL"),
            ("tumour_fraction_pct", {"min": 25, "max": 50, "unit": "%"}, "25 to 50 %"),
            ("afp_ng_per_ml", {"min": 60500}, "at least 60500 ng/mL"),
            ("crp_mg_per_l", {"max": 0.2}, "at most 0.2 mg/L"),
            ("inr", {"value": 1.1, "unit": "ratio"}, "1.1"),
            ("ascites", ["none", "slight"], "None or Slight"),
            ("cachexia", False, "No"),
            ("lesion_diameters_mm", [44, 27.5], "44, 27.5 mm"),
            ("lesion_diameters_mm", [{"value": 4.4, "unit": "cm"}], "4.4 cm"),
            ("lesion_count", 3, "3"),
        ],
    )
    def test_say_a_value_with_its_unit(self, name, value, said):
        assert words.value_of(name, value) == said

    @pytest.mark.parametrize(("days", "said"), [(7, "1–2 weeks"), (5, "5–14 days")])
    def test_say_the_time_of_a_recheck(self, days, said):
        change = {"fact": "inr", "from": 2.5, "to": 2.3}

        with translation.override("en"):
            title = words.recheck_title(change, from_days=days, to_days=14)

        assert title == f"INR 2.5 → 2.3: recheck in {said}"


class TestParts:
    def test_mark_a_laboratory_value_older_than_the_limit(self, settings_row):
        held = factory.entries_of(on=TODAY - timedelta(days=29))

        liver = record.parts_of(held, on=TODAY, lab_age_limit_days=28)[0]

        stale = {row.name for row in liver.rows if row.is_stale}
        assert "bilirubin_umol_per_l" in stale
        assert "ascites" not in stale

    @pytest.mark.parametrize(("days", "is_stale"), [(27, False), (28, False), (29, True)])
    def test_count_to_the_limit(self, days, is_stale):
        held = factory.entries_of(on=TODAY - timedelta(days=days))

        liver = record.parts_of(held, on=TODAY, lab_age_limit_days=28)[0]

        assert liver.rows[0].is_stale is is_stale

    def test_name_what_is_not_known(self):
        held = factory.entries_of(inr=None)

        assert record.parts_of(held, on=TODAY, lab_age_limit_days=28)[0].unknown == ["INR"]


class TestMoreScores:
    def test_are_all_that_the_facts_allow(self, settings_row):
        shown = panel_of(settings_row, sodium_mmol_per_l=137, height_cm=180, weight_kg=80)

        said = {score.label: score.value for score in shown.more_scores}
        assert said["eGFR (CKD-EPI 2021)"] == "88.8 mL/min/1.73 m²"
        assert said["MELD 3.0"] == "7"
        assert said["Milan criteria"] == "not within"
        assert said["Up to seven"] == "6.4 within"
        assert said["HAP"] == "1 B"
        assert said["Body surface"].startswith("2.00 m²")

    def test_say_what_they_wait_for(self, settings_row):
        shown = panel_of(settings_row, macrovascular_invasion=None, pvtt=None)

        said = {score.label: score.value for score in shown.more_scores}
        assert said["UCSF criteria"] == "not known: waits for Macrovascular invasion"

    def test_stay_as_they_were_signed(self, settings_row):
        held = factory.entries_of()

        shown = panel.build(
            guidance.weigh(held, settings_row), held, settings_row, on=TODAY, scores={"meld_3": {"value": 40}}
        )

        assert [(score.label, score.value) for score in shown.more_scores] == [("MELD 3.0", "40")]
