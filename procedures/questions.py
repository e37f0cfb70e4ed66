"""The questions of a procedure's record: their names in the form, and what may be measured.

A name without a number belongs to the procedure, `run1-…` to the first vessel that was imaged, `t12-…` to the target
with that key, `t12-g1-…` to what was given there first. What was given is numbered in the order in which it went in.
"""

from collections.abc import Mapping
from typing import Any

from guidelines import facts, radiation, technique
from guidelines.fact import Fact
from guidelines.units import Unit

PHASES = ("arterial", "parenchymal", "venous")
MOST_RUNS, MOST_GIVEN, MOST_TARGETS = 12, 12, 30
# Empty lines that stand below the filled ones.
SPARE_LINES = 2
STEP, BECAUSE, REASON = "step-", "because-", "reason-"

AGENT, MATERIAL = "agent", "material"


def _measured(name: str, label: str, units: tuple[Unit, ...], high: float, low: float = 0) -> Fact:
    return Fact(name, "number", "procedure", label, units=units, low=low, high=high)


# The limits only stop slips: a thousand times too much is refused at the field.
EXPOSURE: Mapping[str, Fact] = {
    "air_kerma": _measured("air_kerma", "Air kerma", radiation.AIR_KERMA, 50_000),
    "dose_area_product": _measured(
        "dose_area_product", "Dose-area product", radiation.DOSE_AREA_PRODUCT, 10_000
    ),
    "fluoroscopy": _measured("fluoroscopy", "Fluoroscopy time", radiation.FLUOROSCOPY, 600),
    "contrast": _measured("contrast", "Contrast", radiation.CONTRAST, 2_000),
}
EXPOSURE_COLUMNS = {
    "air_kerma": "air_kerma_mgy",
    "dose_area_product": "dose_area_product_gy_cm2",
    "fluoroscopy": "fluoroscopy_min",
    "contrast": "contrast_ml",
}
BODY: Mapping[str, Fact] = {name: facts.ALL[name] for name in ("height_cm", "weight_kg")}
CALIBRE = _measured("calibre_mm", "Calibre", (Unit("mm"),), 30, 0.1)
DOSE = _measured("dose", "Dose", (Unit("mg"),), 99_999, 0.01)
VOLUME = _measured("volume", "Volume", (Unit("mL", spellings=("ml",)),), 100, 0.01)
SIZE = _measured("size", "Size", (Unit("µm", spellings=("um",)),), 5_000, 1)

TARGET_WORDS = ("level", "speed", "end_point", "note")
TARGET_YES_NO = (
    "microcatheter", "is_markedly_thick", "beyond_cystic", "beyond_right_gastric", "beyond_gastroepiploic",
)  # fmt: skip
PROCEDURE_WORDS = (
    "modality",
    "technique",
    "access",
    "access_note",
    "michels_type",
    "variant_note",
    "narrative",
)
GIVEN = ("what", "dose", "carrier", "volume", "size", "lot", "udi")


def of_target(key: int, name: str) -> str:
    return f"t{key}-{name}"


def of_given(key: int, line: int, name: str) -> str:
    return f"t{key}-g{line}-{name}"


def of_run(line: int, name: str) -> str:
    return f"run{line}-{name}"


def steps() -> Mapping[str, Any]:
    return technique.STEPS
