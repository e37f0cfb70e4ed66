"""The three kinds of reference rows, by the name that they have in an address and in a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures.models import Agent, Artery, EmbolicMaterial, ReferenceRow

AGENTS, MATERIALS, ARTERIES = "agents", "materials", "arteries"


@dataclass(frozen=True)
class Kind:
    """`columns`: the fields in the order of the page, the form and the file; `told_only`: a file cannot change them."""

    slug: str
    model: type[ReferenceRow]
    title: Promise
    one: Promise
    columns: tuple[str, ...]
    told_only: tuple[str, ...] = ("is_signed_off", "retired_on")

    @property
    def all_columns(self) -> tuple[str, ...]:
        return ("code", *self.columns, *self.told_only)

    def rows(self) -> "QuerySet[ReferenceRow]":
        """Return all of its rows, retired ones too."""
        if self.model is Artery:
            return cast("QuerySet[ReferenceRow]", Artery.objects.select_related("parent"))
        return self.model._default_manager.all()


KINDS: Mapping[str, Kind] = {
    AGENTS: Kind(
        AGENTS,
        Agent,
        _("Agents"),
        _("agent"),
        (
            "name",
            "abbreviation",
            "usual_low",
            "usual_high",
            "usual_basis",
            "most_per_procedure_mg",
            "most_per_procedure_mg_per_m2",
            "warn_lifetime_mg_per_m2",
            "most_lifetime_mg_per_m2",
            "is_anthracycline",
            "impossible_above_mg",
            "bilirubin_reductions",
            "renal_reductions",
            "source",
        ),
        ("is_in_guideline", "is_signed_off", "retired_on"),
    ),
    MATERIALS: Kind(
        MATERIALS,
        EmbolicMaterial,
        _("Embolic materials"),
        _("embolic material"),
        (
            "name",
            "kind",
            "size_low_um",
            "size_high_um",
            "warn_volume_ml",
            "most_volume_ml",
            "most_drug_mg",
            "requires_lot",
            "requires_udi",
            "source",
        ),
    ),
    ARTERIES: Kind(
        ARTERIES,
        Artery,
        _("Arteries"),
        _("artery"),
        ("name", "kind", "parent", "side", "segments", "michels_type", "order", "source"),
        ("retired_on",),
    ),
}

# What a change of takes the pharmacy's sign-off away: the numbers and what they are of.
NOT_NUMBERS = frozenset({"name", "abbreviation", "source", "requires_lot", "requires_udi"})


def kind_of(row: ReferenceRow) -> Kind:
    """Return the kind that a row is of."""
    return next(kind for kind in KINDS.values() if isinstance(row, kind.model))
