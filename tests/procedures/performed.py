"""A conventional TACE of two feeders, performed and ready to sign, for the tests of what comes after it."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

from tests.factories import patients as patient_factories
from tests.factories import procedures as factory
from tests.factories.patients import NOW

STEPS = {
    "dsa": {"answer": "yes"},
    "coeliac_or_common_hepatic_run": {"answer": "yes"},
    "arterial_phase": {"answer": "yes"},
    "parenchymal_phase": {"answer": "yes"},
    "venous_phase": {"answer": "no", "because": "Breath not held"},
    "superior_mesenteric_run": {"answer": "yes"},
    "collaterals_sought": {"answer": "yes"},
    "fistula_seen": {"answer": "none"},
    "proper_hepatic_artery_open": {"answer": "yes"},
}


def performed(patient, by, *, at=NOW, lot="G2231", dose_mg=30, **changed):
    """Return the procedure; `lesions` L1 in segment 8 and L2 in segment 5 are made where the patient has none."""
    lesions = list(patient.lesions.order_by("number")) or [
        patient_factories.LesionFactory(patient=patient, number=1, segments=["8"]),
        patient_factories.LesionFactory(patient=patient, number=2, segments=["5"]),
    ]
    procedure = factory.ProcedureFactory(
        **{
            "patient": patient, "created_by": by, "started_at": at, "ended_at": at + timedelta(hours=1),
            "modality": "TACE", "technique": "conventional", "access": "femoral", "steps": deepcopy(STEPS),
            "angiography": [{"artery": "coeliac", "arterial": True, "parenchymal": True, "venous": False}],
            "planned_on": at.date(), **changed,
        }
    )  # fmt: skip
    procedure.planned_lesions.set(lesions)
    procedure.operators.add(by)
    for number, (code, lesion) in enumerate(zip(("a8", "a5"), lesions, strict=False), start=1):
        add_target(procedure, number, code, [lesion], lot=lot, dose_mg=dose_mg)
    factory.ExposureFactory(procedure=procedure, air_kerma_mgy=Decimal(2410), contrast_ml=Decimal(165))
    return procedure


def add_target(procedure, number, code, lesions=(), *, lot="G2231", dose_mg=30, **changed):
    """Add a target that got doxorubicin in an emulsion with oil, then gelatin sponge."""
    beyond = dict.fromkeys(("beyond_cystic", "beyond_right_gastric", "beyond_gastroepiploic"), "yes")
    words = {"level": "segmental", "microcatheter": "yes", "speed": "slow", "end_point": "stasis"}
    target = factory.TargetVesselFactory(
        procedure=procedure,
        number=number,
        artery=factory.ArteryFactory(code=code),
        **{**words, **beyond, **changed},
    )
    target.lesions.set(lesions)
    factory.AdministrationFactory(
        target=target, dose_mg=Decimal(dose_mg), carrier="oil_emulsion", lot="D77", order=1
    )
    for order, (code_of, volume_ml) in enumerate((("ethiodised-oil", 6), ("gelatin-sponge", 2)), start=2):
        factory.EmbolisationFactory(
            target=target, material=factory.EmbolicMaterialFactory(code=code_of), volume_ml=Decimal(volume_ml),
            size_low_um=None, lot=lot, order=order,
        )  # fmt: skip
    return target
