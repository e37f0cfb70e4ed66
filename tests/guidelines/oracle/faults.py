"""Patients for Hypothesis with something wrong in them, and the key that the refusal must name."""

from hypothesis import strategies as st

from tests.guidelines.oracle import clauses, completions, facts, patients

NOT_A_NUMBER = (
    "12",
    "",
    True,
    [],
    [1],
    {},
    {"value": "1"},
    {"value": 1, "unit": "furlong"},
    {"unit": "mm"},
    {"min": "1"},
)
NOT_A_CHOICE = ("nonsense", "None", "", 3, True, [], ["nonsense"], {"value": "none"})
NOT_YES_OR_NO = ("yes", "false", 0, 1, "", [], {})
NOT_A_LIST = ("20, 30", 20, [-1], [501], ["20"], [True], [None], {"value": [20]})
NOT_FINITE = (float("nan"), float("inf"), float("-inf"))


def out_of_range(name: str) -> tuple:
    low, high = facts.RANGES[name]
    below, above, inside = low - 0.5, high + 1, (low + high) // 2
    wide = ({"min": low, "max": above}, {"min": below, "max": inside}, {"value": above})
    return below, above, {"min": inside + 1, "max": inside}, *wide


def wrong_values(name: str) -> tuple:
    if name == "lesion_diameters_mm":
        return NOT_A_LIST
    if name in facts.YES_OR_NO:
        return NOT_YES_OR_NO
    if name in facts.CHOICES:
        return NOT_A_CHOICE
    halves = (1.5,) if name in facts.WHOLE_NUMBERS else ()
    share = (0.72, 0.001) if name == "tumour_fraction_pct" else ()
    return (*NOT_A_NUMBER, *NOT_FINITE, *out_of_range(name), *halves, *share)


@st.composite
def broken(draw) -> tuple[dict, str]:
    """One to three facts wrong, perhaps an unknown key too: the first in the table's order, unknown keys last."""
    raw = draw(patients.incomplete(0, 6))
    names = draw(st.lists(st.sampled_from(facts.ORDER), max_size=3, unique=True))
    raw |= {name: draw(st.sampled_from(wrong_values(name))) for name in names}
    if "inr" in names and "pt_prolongation_s" not in names:
        raw["pt_prolongation_s"] = None  # a class may have been made from the INR
    if not names or draw(st.booleans()):
        raw = {"tumor_fraction_pct": 20} | raw
    return raw, min(names, key=facts.ORDER.index, default="tumor_fraction_pct")


def wrong_class(raw: dict) -> str:
    """Contradicts the components; the first of those that are given is named."""
    right = clauses.class_of(clauses.child_pugh_points(completions.all_known(raw)))
    raw["child_pugh_class"] = [letter for letter in "ABC" if letter != right]
    return next(name for name in facts.ORDER if name in completions.CLASS_COMPONENTS and name in raw)


def wrong_list_for_count(raw: dict) -> str:
    raw |= {
        "lesion_count": 2,
        "largest_lesion_mm": 20,
        "tumour_fraction_pct": 10,
        "lesion_diameters_mm": [20],
    }
    return "lesion_count"


def wrong_list_for_largest(raw: dict) -> str:
    raw |= {
        "lesion_count": 1,
        "largest_lesion_mm": 30,
        "tumour_fraction_pct": 10,
        "lesion_diameters_mm": [20],
    }
    return "largest_lesion_mm"


def size_of_no_lesion(raw: dict) -> str:
    raw |= {
        "lesion_count": 0,
        "largest_lesion_mm": {"min": 5},
        "tumour_fraction_pct": 0,
        "lesion_diameters_mm": None,
    }
    return "lesion_count"


def share_of_no_lesion(raw: dict) -> str:
    raw |= {"lesion_count": 0, "largest_lesion_mm": None, "tumour_fraction_pct": 1, "lesion_diameters_mm": []}
    return "lesion_count"


def lesion_without_size(raw: dict) -> str:
    raw |= {
        "lesion_count": {"min": 1},
        "largest_lesion_mm": 0,
        "tumour_fraction_pct": None,
        "lesion_diameters_mm": None,
    }
    return "lesion_count"


def kind_of_no_fistula(raw: dict) -> str:
    raw |= {"fistula": "none", "fistula_kind": "arteriovenous"}
    return "fistula"


def thrombus_without_invasion(raw: dict) -> str:
    raw |= {"pvtt": ["vp1", "vp4"], "macrovascular_invasion": False}
    return "macrovascular_invasion"


ABOUT_LESIONS = (
    wrong_list_for_count,
    wrong_list_for_largest,
    size_of_no_lesion,
    share_of_no_lesion,
    lesion_without_size,
)


@st.composite
def contradictory(draw) -> tuple[dict, str]:
    """One contradiction or several: the one whose first key comes first in the table is named."""
    raw = draw(patients.complete())
    chosen = [
        draw(st.sampled_from(ABOUT_LESIONS)),
        kind_of_no_fistula,
        thrombus_without_invasion,
        wrong_class,
    ]
    some = draw(st.lists(st.sampled_from(chosen), min_size=1, unique=True))
    named = [contradict(raw) for contradict in some]
    return raw, min(named, key=facts.ORDER.index)
