"""What a registry of these treatments needs of each record: the one list that the meters and the table are made of.

No single registry's form is copied here: these are what survival, response, safety and dose can be compared by. Each
element says, in the database's own terms, when it is there; unknown is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from followup.models import LesionReading, Reading
from guidelines import facts
from procedures.models import Administration, Embolisation, Procedure, TargetVessel

ASSESSMENT, PROCEDURE, READING = "assessment", "procedure", "reading"
# What stands on a page for an answer that nobody gave.
NOT_ANSWERED = ("", "not_known")


@dataclass(frozen=True)
class Element:
    """One thing that would be missed. `anchor` is its place on the page; `address` another page, by its name."""

    key: str
    label: Any
    why: Any
    is_there: Any
    anchor: str = ""
    address: str = ""
    # Of which records it is asked; of all where empty.
    asked_of: Any = field(default_factory=Q)


def _fact(name: str, why: Any, *or_name: str) -> Element:
    is_there = Q(facts__has_any_keys=[name, *or_name])
    return Element(name, _(facts.ALL[name].label), why, is_there, anchor=f"asks-{name}")


_LIVER, _STAGE, _TUMOUR = (
    _("Liver function: Child-Pugh and ALBI"),
    _("Stage: BCLC"),
    _("Tumour burden, to compare like with like"),
)
_RISK = _("Risk: who does worse for other reasons")
OF_ASSESSMENT = (
    _fact("age_years", _RISK),
    _fact("sex", _RISK),
    _fact("ecog", _STAGE),
    _fact("bilirubin_umol_per_l", _LIVER),
    _fact("albumin_g_per_l", _LIVER),
    _fact("inr", _LIVER, "pt_prolongation_s"),
    _fact("ascites", _LIVER),
    _fact("encephalopathy", _LIVER),
    _fact("creatinine_umol_per_l", _("Safety: kidney before contrast"), "egfr_ml_per_min_1_73m2"),
    _fact("platelets_10e9_per_l", _("Safety: bleeding")),
    _fact("afp_ng_per_ml", _TUMOUR),
    _fact("lesion_diameters_mm", _TUMOUR, "largest_lesion_mm"),
    _fact("pvtt", _STAGE, "macrovascular_invasion"),
    _fact("extrahepatic_spread", _STAGE),
    _fact("purpose", _("Why treatment was considered")),
    Element(
        "hepatitis",
        _("Aetiology: hepatitis B and C"),
        _RISK,
        Q(
            patient__diagnosis__hepatitis_b__in=["yes", "no"],
            patient__diagnosis__hepatitis_c__in=["yes", "no"],
        ),
        address="patients:edit_diagnosis",
    ),
    Element(
        "cirrhosis",
        _("Cirrhosis and its degree"),
        _LIVER,
        Q(patient__diagnosis__isnull=False) & ~Q(patient__diagnosis__cirrhosis="not_known"),
        address="patients:edit_diagnosis",
    ),
)

_TECHNIQUE, _EXPOSURE = _("Technique, target by target"), _("Dose to the patient, to compare with others")
_TARGETS = TargetVessel.objects.filter(procedure=OuterRef("pk"), discarded_at=None, is_confirmed=True)
_OF_TARGETS = {
    "target__procedure": OuterRef("pk"),
    "target__discarded_at": None,
    "target__is_confirmed": True,
    "discarded_at": None,
}
_DOSES, _EMBOLI = Administration.objects.filter(**_OF_TARGETS), Embolisation.objects.filter(**_OF_TARGETS)


def _done(*modalities: str) -> Q:
    return Q(modality__in=modalities) | Q(modality="", planned_modality__in=modalities)


def _of_every(rows: Any, **lacks: Any) -> Any:
    """There is one, and none of them lacks it."""
    return Exists(rows) & ~Exists(rows.filter(**lacks))


def _exposure(name: str, label: Any) -> Element:
    is_there = Q(**{f"exposure__{name}__isnull": False})
    return Element(name, label, _EXPOSURE, is_there, anchor="exposure-title")


OF_PROCEDURE = (
    Element(
        "operators",
        _("Operators"),
        _("Who did it: experience counts"),
        Exists(Procedure.operators.through.objects.filter(procedure=OuterRef("pk"))),
        anchor="session-title",
    ),
    Element(
        "ended_at", _("End of the procedure"), _TECHNIQUE, Q(ended_at__isnull=False), anchor="session-title"
    ),
    Element("access", _("Access"), _TECHNIQUE, ~Q(access=""), anchor="session-title"),
    Element("angiography", _("Vessels looked at"), _TECHNIQUE, ~Q(angiography=[]), anchor="runs-title"),
    Element("targets", _("Targets"), _TECHNIQUE, Exists(_TARGETS), anchor="targets"),
    Element("level", _("Level of each target"), _TECHNIQUE, _of_every(_TARGETS, level=""), anchor="targets"),
    Element(
        "lesions",
        _("Lesions of each target"),
        _("Response, lesion by lesion"),
        _of_every(_TARGETS, lesions=None),
        anchor="targets",
    ),
    Element(
        "end_point",
        _("End-point of each target"),
        _TECHNIQUE,
        _of_every(_TARGETS, end_point=""),
        anchor="targets",
    ),
    Element(
        "doses",
        _("Dose of each agent"),
        _TECHNIQUE,
        _of_every(_DOSES, dose_mg=None),
        anchor="targets",
        asked_of=_done("TACE", "TAI"),
    ),
    Element(
        "volumes",
        _("Volume of each embolic material"),
        _TECHNIQUE,
        _of_every(_EMBOLI, volume_ml=None),
        anchor="targets",
        asked_of=_done("TACE", "TAE"),
    ),
    _exposure("dose_area_product_gy_cm2", _("Dose area product")),
    _exposure("air_kerma_mgy", _("Air kerma")),
    _exposure("fluoroscopy_min", _("Fluoroscopy time")),
    _exposure("contrast_ml", _("Contrast medium")),
)

_RESPONSE = _("Response, as mRECIST asks")


def _answer(name: str, label: Any, why: Any, anchor: str = "scan") -> Element:
    """Of a draft the answer is in `typed`, of a signed reading in its column."""
    column: Any = Reading._meta.get_field(name)
    said = [value for value, _label in column.choices if value not in NOT_ANSWERED]
    is_there = ~Q(**{f"{name}__in": NOT_ANSWERED}) | Q(**{f"typed__{name}__value__in": said})
    return Element(name, label, why, is_there, anchor=anchor)


_SIGNED = Q(signed_at__isnull=False)
OF_READING = (
    _answer("modality", _("CT or MRI"), _RESPONSE, "images"),
    _answer("dynamic_enhanced", _("Dynamic enhanced scan"), _RESPONSE, "images"),
    _answer("viable_tumour", _("Viable tumour"), _RESPONSE),
    _answer("new_lesions", _("New lesions"), _RESPONSE),
    _answer("non_target", _("Non-target lesions"), _RESPONSE),
    _answer("necrosis", _("Necrosis"), _("Effect of the treatment")),
    _answer("thrombus", _("Tumour thrombus"), _STAGE),
    _answer("spread", _("Spread outside the liver"), _STAGE),
    Element(
        "target_sizes",
        _("Target lesions, measured"),
        _RESPONSE,
        Exists(LesionReading.objects.filter(reading=OuterRef("pk"), is_target=True)),
        anchor="lesions",
        asked_of=_SIGNED,
    ),
)

OF: Mapping[str, tuple[Element, ...]] = {
    ASSESSMENT: OF_ASSESSMENT,
    PROCEDURE: OF_PROCEDURE,
    READING: OF_READING,
}
MODELS = {ASSESSMENT: Assessment, PROCEDURE: Procedure, READING: Reading}
