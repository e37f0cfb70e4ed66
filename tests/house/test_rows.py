"""Every row says which of its fields identify a person, and who did a thing is written with when."""

from django.apps import apps
from django.db import models
from simple_history.models import registered_models

from tests.house import classified_fields, sources

OURS = [
    model
    for model in apps.get_models()
    if model.__module__.split(".")[0] in sources.ROOMS and not hasattr(model, "history_id")
]


def own_fields(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.get_fields() if field.concrete and not field.auto_created}


def said_not_to_identify(model: type[models.Model]) -> set[str]:
    return set(classified_fields.DO_NOT_IDENTIFY.get(model._meta.label, "").split())


class TestEveryField:
    def test_is_said_to_identify_a_person_or_not(self):
        unclassified = {
            model._meta.label: own_fields(model) - model.identifying_fields - said_not_to_identify(model)
            for model in OURS
        }

        assert {label: fields for label, fields in unclassified.items() if fields} == {}

    def test_is_classified_one_way_only(self):
        both = {m._meta.label: m.identifying_fields & said_not_to_identify(m) for m in OURS}

        assert {label: fields for label, fields in both.items() if fields} == {}

    def test_that_is_classified_exists(self):
        gone = {m._meta.label: (m.identifying_fields | said_not_to_identify(m)) - own_fields(m) for m in OURS}

        assert {label: fields for label, fields in gone.items() if fields} == {}
        assert set(classified_fields.DO_NOT_IDENTIFY) <= {m._meta.label for m in OURS}

    def test_of_free_text_counts_as_identifying(self):
        free = {
            f"{m._meta.label}.{field.name}"
            for m in OURS
            for field in m._meta.get_fields()
            if isinstance(field, models.TextField)
            and not field.choices
            and field.name not in m.identifying_fields
        }

        assert free - set(classified_fields.TEXT_ABOUT_NOBODY) == set()


class TestHistory:
    def test_is_kept_of_every_clinical_row_of_the_patients_room(self):
        kept = {model._meta.label for model in registered_models.values()}
        clinical = {m._meta.label for m in OURS if m.__module__.startswith("patients.")}

        assert clinical - kept == {"patients.SearchWord"}


def named_in(condition: models.Q | tuple) -> set[str]:
    """Return the fields that a check constraint speaks of."""
    if isinstance(condition, tuple):
        return {condition[0].split("__")[0]}
    return set().union(*(named_in(child) for child in condition.children)) if condition.children else set()


def unpaired(model: type[models.Model]) -> set[str]:
    """Return the acts whose when may be empty while their who is not, or the other way round."""
    names = own_fields(model)
    acts = {name.removesuffix("_by") for name in names if name.endswith("_by")}
    whens = {
        act: next((f"{act}{end}" for end in ("_at", "_on") if f"{act}{end}" in names), None) for act in acts
    }
    optional = {act for act, when in whens.items() if when and model._meta.get_field(when).null}
    checks = [c.condition for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    together = {
        act for act in optional if any({f"{act}_by", whens[act]} <= named_in(check) for check in checks)
    }
    without_a_when = {act for act, when in whens.items() if when is None}
    return (optional - together) | without_a_when


class TestWhoAndWhen:
    def test_are_written_together_or_not_at_all(self):
        found = {model._meta.label: unpaired(model) for model in OURS}

        assert {label: acts for label, acts in found.items() if acts} == {}

    def test_would_be_missed(self):
        class Act(models.Model):
            done_at = models.DateTimeField(null=True)
            done_by = models.IntegerField(null=True)

            class Meta:
                app_label = "house"
                apps = type(apps)()

            def __str__(self) -> str:
                return "an act"

        assert unpaired(Act) == {"done"}
