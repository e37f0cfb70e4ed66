"""Guesses what the columns of a file are: a known cohort by its header, else by name. Only a proposal."""

import re
import unicodedata
from collections.abc import Iterable

from pathway.cohort_import import mapping, targets
from pathway.cohort_import.hcc_tace_seg import FOLLOW_UP, HCC_TACE_SEG
from pathway.cohort_import.mapping import Rule
from patients.table import Table

# A column with more different values than this has no table of meanings: it is text or a measured number.
MOST_MEANINGS = 12

PRESETS: dict[str, list[Rule]] = {"hcc_tace_seg": HCC_TACE_SEG}
# What a known cohort says besides, each column of it read where it is there.
BESIDES: dict[str, list[Rule]] = {"hcc_tace_seg": FOLLOW_UP}

# What people call their columns beside the labels and names themselves.
SYNONYMS = {
    "mrn": (
        "id",
        "patientid",
        "patient",
        "recordnumber",
        "hospitalnumber",
        "caseid",
        "tciaid",
        "病案号",
        "住院号",
    ),
    "family_name": ("surname", "lastname"),
    "given_name": ("firstname", "forename"),
    "birth_date": ("dob", "born", "birthdate", "出生日期"),
    "birth_year": ("yob", "yearofbirth"),
    "assessed_on": ("date", "assessmentdate", "visitdate"),
    "laboratory_taken_on": ("labdate", "bloodsdate"),
    "age_years": ("age", "年龄"),
    "sex": ("gender", "性别"),
    "bilirubin_umol_per_l": ("bilirubin", "tbil", "totalbilirubin", "总胆红素"),
    "albumin_g_per_l": ("albumin", "alb", "白蛋白"),
    "creatinine_umol_per_l": ("creatinine", "crea", "scr", "肌酐"),
    "egfr_ml_per_min_1_73m2": ("egfr", "gfr"),
    "sodium_mmol_per_l": ("sodium", "na"),
    "alt_u_per_l": ("alt", "gpt", "谷丙转氨酶"),
    "ast_u_per_l": ("ast", "got", "谷草转氨酶"),
    "crp_mg_per_l": ("crp",),
    "afp_ng_per_ml": ("afp", "alphafetoprotein", "甲胎蛋白"),
    "leukocytes_10e9_per_l": ("leukocytes", "wbc", "whitecells", "白细胞"),
    "platelets_10e9_per_l": ("platelets", "plt", "thrombocytes", "血小板"),
    "ecog": ("ps", "performancestatus", "ecogps"),
    "child_pugh_class": ("childpugh", "childpughclass", "cps"),
    "lesion_count": ("numberoflesions", "nodules", "tumournumber", "tumornumber"),
    "largest_lesion_mm": ("largestlesion", "tumoursizemm", "tumorsizemm", "diametermm"),
    "tumour_fraction_pct": ("tumourshare", "tumorburdenpct", "tlr"),
    "portal_trunk": ("mpv", "mainportalvein"),
    "hepatitis_b": ("hbv", "hepb", "hbsag"),
    "hepatitis_c": ("hcv", "hepc"),
    "alcohol": ("etoh",),
    "cirrhosis": ("cirrhotic",),
}


def guess(table: Table) -> list[Rule]:
    """Return proposed rules: a preset whose columns are all there, else one rule for each column that we recognise."""
    for name, rules in PRESETS.items():
        if {rule.column for rule in rules} <= set(table.columns):
            return preset(name, table)
    return [rule for column in table.columns if (rule := _by_name(table, column))]


def preset(name: str, table: Table) -> list[Rule]:
    """Return the rules of a known cohort, with those of its other columns that this file has."""
    return [*PRESETS[name], *(rule for rule in BESIDES.get(name, []) if rule.column in table.columns)]


def _by_name(table: Table, column: str) -> Rule | None:
    name = _TARGETS_BY_WORD.get(_word(column))
    return propose(table, column, name) if name else None


def propose(table: Table, column: str, name: str) -> Rule:
    """Return a rule for this column and target, with the meanings that need no guess."""
    target = targets.ALL[name]
    if not target.translates:
        return Rule(column, name, unit=_unit_in(column, target))
    return Rule(column, name, means=_plain_meanings(target, table.distinct(column, MOST_MEANINGS) or []))


def _plain_meanings(target: targets.Target, values: Iterable[str]) -> dict:
    means = {}
    for value in values:
        try:
            means[value] = mapping.own_word(target, value)
        except ValueError:
            means[value] = None
    return means


def _unit_in(column: str, target: targets.Target) -> str:
    """The unit that the column's name states, else the canonical one; the person sees it and may change it."""
    for unit in sorted(target.units, key=len, reverse=True):
        if unit.casefold().replace("µ", "u") in column.casefold().replace("µ", "u"):
            return unit
    return target.units[0] if target.units else ""


def _word(text: str) -> str:
    """Letters and digits only, without accents and case, without a unit in brackets."""
    without_unit = re.sub(r"[\[(].*?[\])]", "", text)
    plain = unicodedata.normalize("NFKD", without_unit).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _words() -> dict[str, str]:
    words: dict[str, str] = {}
    for name, target in targets.ALL.items():
        for spelling in (name, str(target.label), *SYNONYMS.get(name, ())):
            words.setdefault(_word(spelling), name)
    return words


_TARGETS_BY_WORD = _words()
