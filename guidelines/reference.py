"""The rows that a new database begins with: agents, embolic materials and arteries.

Field names are those of the procedure room's rows. Each number says where it comes from, or that the source text
does not give it and the local pharmacy must sign it off. None of them is ever filled into a record.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]

NOT_IN_SOURCE = "Not in source; local pharmacy sign-off needed"


NOT_IN_SOURCE_EITHER = "not in source; local pharmacy sign-off needed"


def _agent(
    code: str, name: str, abbreviation: str, impossible_above_mg: int, source: str, **more: Any
) -> Row:
    return {
        "code": code,
        "name": name,
        "abbreviation": abbreviation,
        "is_in_guideline": True,
        "impossible_above_mg": Decimal(impossible_above_mg),
        "source": source,
        **more,
    }


# The six of clause 5.1.3. `impossible_above_mg` is ten times the most that anybody gives: a slip of the unit.
AGENTS: Sequence[Row] = (
    _agent(
        "doxorubicin",
        "Doxorubicin",
        "ADM",
        1500,
        "US label: lifetime 450–550 mg/m² (400 after chest radiotherapy or with cardiac risk), reduction by bilirubin. "
        f"Usual range and most per procedure: {NOT_IN_SOURCE_EITHER}",
        usual_low=Decimal(30),
        usual_high=Decimal(75),
        usual_basis="per_m2",
        most_per_procedure_mg=Decimal(150),
        warn_lifetime_mg_per_m2=Decimal(450),
        most_lifetime_mg_per_m2=Decimal(550),
        is_anthracycline=True,
        bilirubin_reductions=[
            {"from_mg_per_dl": 1.2, "to_mg_per_dl": 3.0, "give_pct": 50},
            {"from_mg_per_dl": 3.1, "to_mg_per_dl": 5.0, "give_pct": 25},
            {"from_mg_per_dl": 5.1, "to_mg_per_dl": None, "give_pct": 0},
        ],
    ),
    _agent(
        "epirubicin",
        "Epirubicin",
        "EADM",
        1200,
        "World J Gastroenterol 2007;13:2952: 50 mg/m². US label: lifetime 900 mg/m². "
        f"Usual range: {NOT_IN_SOURCE_EITHER}",
        usual_low=Decimal(20),
        usual_high=Decimal(60),
        usual_basis="flat",
        most_per_procedure_mg_per_m2=Decimal(50),
        most_lifetime_mg_per_m2=Decimal(900),
        is_anthracycline=True,
    ),
    _agent(
        "cisplatin",
        "Cisplatin",
        "PDD",
        2500,
        NOT_IN_SOURCE,
        usual_low=Decimal(50),
        usual_high=Decimal(100),
        usual_basis="per_m2",
        renal_reductions=[
            {"below_ml_per_min": 60, "advice": "reduce"},
            {"below_ml_per_min": 50, "advice": "usually_avoid"},
            {"below_ml_per_min": 30, "advice": "avoid"},
        ],
    ),
    _agent(
        "fluorouracil",
        "5-Fluorouracil",
        "5-FU",
        10000,
        NOT_IN_SOURCE,
        usual_low=Decimal(500),
        usual_high=Decimal(1000),
        usual_basis="flat",
    ),
    _agent(
        "hydroxycamptothecin",
        "Hydroxycamptothecin",
        "HCPT",
        200,
        NOT_IN_SOURCE,
        usual_low=Decimal(10),
        usual_high=Decimal(20),
        usual_basis="flat",
    ),
    _agent(
        "mitomycin",
        "Mitomycin C",
        "MMC",
        200,
        NOT_IN_SOURCE,
        usual_low=Decimal(8),
        usual_high=Decimal(20),
        usual_basis="flat",
        warn_lifetime_mg_per_m2=Decimal(50),
        most_lifetime_mg_per_m2=Decimal(60),
    ),
)

LENCIONI = "Lencioni 2012, Cardiovasc Intervent Radiol 35:980, doi:10.1007/s00270-011-0287-7"


def _material(code: str, name: str, kind: str, source: str, **more: Any) -> Row:
    return {"code": code, "name": name, "kind": kind, "source": source, "requires_lot": True, **more}


MATERIALS: Sequence[Row] = (
    _material(
        "ethiodised-oil",
        "Ethiodised oil",
        "ethiodised_oil",
        "US label of Lipiodol, liver cancer: 1.5–15 mL, in total not above 20 mL",
        warn_volume_ml=Decimal(15),
        most_volume_ml=Decimal(20),
    ),
    _material("gelatin-sponge", "Gelatin sponge", "gelatin_sponge", NOT_IN_SOURCE),
    _material("pva-particles", "Polyvinyl alcohol particles", "permanent_particles", NOT_IN_SOURCE),
    _material("microspheres", "Microspheres", "microspheres", NOT_IN_SOURCE),
    _material(
        "dc-bead",
        "DC Bead",
        "drug_eluting_beads",
        f"{LENCIONI}: 37.5 mg doxorubicin per mL of beads, 150 mg a session, 100–300 µm first",
        size_low_um=100,
        size_high_um=300,
        most_drug_mg=Decimal(150),
    ),
    _material(
        "hepasphere",
        "HepaSphere",
        "drug_eluting_beads",
        "Maker's instructions: 50 mg doxorubicin (at most 75 mg) on a vial of 25 mg, 150 mg a session. "
        f"{NOT_IN_SOURCE}",
        most_drug_mg=Decimal(150),
    ),
    _material(
        "callispheres",
        "CalliSpheres",
        "drug_eluting_beads",
        f"60–80 mg doxorubicin on a vial. {NOT_IN_SOURCE}",
    ),
    _material("coil-or-plug", "Coil or plug", "coil", NOT_IN_SOURCE),
    _material("liquid-embolic", "Liquid embolic", "liquid", NOT_IN_SOURCE),
)

# Michels 1966, Am J Surg 112:337: the ten types.
MICHELS = "Michels 1966, Am J Surg 112:337"
MICHELS_TYPES: Mapping[str, str] = {
    "I": "Normal: right, middle and left hepatic arteries from the common hepatic artery",
    "II": "Replaced left hepatic artery from the left gastric artery",
    "III": "Replaced right hepatic artery from the superior mesenteric artery",
    "IV": "Replaced right and replaced left hepatic arteries",
    "V": "Accessory left hepatic artery from the left gastric artery",
    "VI": "Accessory right hepatic artery from the superior mesenteric artery",
    "VII": "Accessory right and accessory left hepatic arteries",
    "VIII": "One replaced and one accessory hepatic artery",
    "IX": "Common hepatic artery from the superior mesenteric artery",
    "X": "Common hepatic artery from the left gastric artery",
}
# Michels type → the variant arteries (codes) that it has; in type VIII either side may be the replaced one.
ARTERIES_OF_MICHELS_TYPE: Mapping[str, tuple[str, ...]] = {
    "I": (),
    "II": ("replaced-left",),
    "III": ("replaced-right",),
    "IV": ("replaced-right", "replaced-left"),
    "V": ("accessory-left",),
    "VI": ("accessory-right",),
    "VII": ("accessory-right", "accessory-left"),
    "VIII": (),
    "IX": ("common-hepatic-from-sma",),
    "X": ("common-hepatic-from-left-gastric",),
}

RIGHT_SEGMENTS = ["5", "6", "7", "8"]
LEFT_SEGMENTS = ["2", "3", "4a", "4b"]
BOTH = ["1", "2", "3", "4a", "4b", "5", "6", "7", "8"]


def _artery(code: str, name: str, kind: str, parent: str | None, **more: Any) -> Row:
    return {"code": code, "name": name, "kind": kind, "parent": parent, **more}


def _segmental(segment: str, parent: str, side: str) -> Row:
    return _artery(f"a{segment}", f"A{segment}", "segmental", parent, side=side, segments=[segment])


def _variant(code: str, name: str, parent: str, michels_type: str, **more: Any) -> Row:
    return _artery(code, name, "variant", parent, michels_type=michels_type, source=MICHELS, **more)


def _feeder(code: str, name: str, parent: str | None = None, side: str = "") -> Row:
    return _artery(code, name, "extrahepatic", parent, side=side)


# `code` is the id on the vessel map (`art-<code>`); `parent` is the code of the artery that it arises from, which
# stands above it here. `order` is the place in this list.
_TREE: tuple[Row, ...] = (
    _artery("aorta", "Aorta", "trunk", None),
    _artery("coeliac", "Coeliac trunk", "trunk", "aorta"),
    _artery("common-hepatic", "Common hepatic artery", "trunk", "coeliac", segments=BOTH),
    _artery("proper-hepatic", "Proper hepatic artery", "hepatic", "common-hepatic", segments=BOTH),
    _artery(
        "right-hepatic",
        "Right hepatic artery",
        "hepatic",
        "proper-hepatic",
        side="right",
        segments=RIGHT_SEGMENTS,
    ),
    _artery(
        "right-anterior",
        "Right anterior branch",
        "hepatic",
        "right-hepatic",
        side="right",
        segments=["5", "8"],
    ),
    _segmental("5", "right-anterior", "right"),
    _segmental("8", "right-anterior", "right"),
    _artery(
        "right-posterior",
        "Right posterior branch",
        "hepatic",
        "right-hepatic",
        side="right",
        segments=["6", "7"],
    ),
    _segmental("6", "right-posterior", "right"),
    _segmental("7", "right-posterior", "right"),
    _artery(
        "middle-hepatic",
        "Middle hepatic artery",
        "hepatic",
        "proper-hepatic",
        side="left",
        segments=["4a", "4b"],
    ),
    _segmental("4a", "middle-hepatic", "left"),
    _segmental("4b", "middle-hepatic", "left"),
    _artery(
        "left-hepatic",
        "Left hepatic artery",
        "hepatic",
        "proper-hepatic",
        side="left",
        segments=LEFT_SEGMENTS,
    ),
    _segmental("2", "left-hepatic", "left"),
    _segmental("3", "left-hepatic", "left"),
    _segmental("1", "left-hepatic", ""),
    _artery("gda", "Gastroduodenal artery", "protected", "common-hepatic"),
    _artery("gastroepiploic", "Right gastroepiploic artery", "protected", "gda"),
    _artery("pancreaticoduodenal", "Pancreaticoduodenal arcade", "protected", "gda"),
    _artery("right-gastric", "Right gastric artery", "protected", "proper-hepatic"),
    _artery("cystic", "Cystic artery", "protected", "right-hepatic"),
    _artery("splenic", "Splenic artery", "trunk", "coeliac"),
    _feeder("left-gastric", "Left gastric artery", "coeliac", "left"),
    _artery("sma", "Superior mesenteric artery", "trunk", "aorta"),
    _variant(
        "replaced-right",
        "Replaced right hepatic artery",
        "sma",
        "III",
        side="right",
        segments=RIGHT_SEGMENTS,
    ),
    _variant("accessory-right", "Accessory right hepatic artery", "sma", "VI", side="right"),
    _variant(
        "replaced-left",
        "Replaced left hepatic artery",
        "left-gastric",
        "II",
        side="left",
        segments=["2", "3"],
    ),
    _variant("accessory-left", "Accessory left hepatic artery", "left-gastric", "V", side="left"),
    _variant(
        "common-hepatic-from-sma",
        "Common hepatic artery from the superior mesenteric",
        "sma",
        "IX",
        segments=BOTH,
    ),
    _variant(
        "common-hepatic-from-left-gastric",
        "Common hepatic artery from the left gastric",
        "left-gastric",
        "X",
        segments=BOTH,
    ),
    _feeder("right-inferior-phrenic", "Right inferior phrenic artery", "aorta", "right"),
    _feeder("left-inferior-phrenic", "Left inferior phrenic artery", "aorta", "left"),
    _feeder("internal-mammary", "Internal mammary artery"),
    _feeder("intercostal", "Intercostal artery", "aorta"),
    _feeder("adrenal", "Adrenal artery", "aorta", "right"),
    _feeder("renal-capsular", "Renal capsular artery", None, "right"),
    _feeder("omental", "Omental artery", "gastroepiploic"),
    _feeder("colic", "Colic artery", "sma"),
)
ARTERIES: Sequence[Row] = tuple({**row, "order": place} for place, row in enumerate(_TREE, start=1))
