"""Every laboratory analyte: the laboratory facts of the guideline, and a few that no clause reads but reports bring.

Units and possible ranges of a fact come from `guidelines.facts`. What stands here beside: names on reports, the
plausible range (outside it the screen asks once more; a habit of the house, not in source) and the order on the screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guidelines import facts, units
from guidelines.units import Unit


class UnknownUnit(ValueError):
    """The unit is none of the analyte's."""


@dataclass(frozen=True, slots=True)
class Analyte:
    """One analyte. Its name ends in its canonical unit; `low` to `high` is possible, `usual` is plausible."""

    name: str
    label: str
    short_label: str
    group: str
    units: tuple[Unit, ...]
    low: float
    high: float
    usual: tuple[float, float]
    names: tuple[str, ...]
    is_fact: bool = False
    help: str = ""
    factor_source: str = ""
    whole: bool = False
    gap_above_zero_to: float = 0

    @property
    def unit(self) -> Unit:
        """The canonical unit."""
        return self.units[0]

    def unit_named(self, spelling: str) -> Unit:
        """The unit, however it is spelt. Raises UnknownUnit: to take another for it would change the value."""
        unit = units.find(self.units, spelling)
        if unit is None:
            raise UnknownUnit(f"{self.name} has no unit {spelling!r}")
        return unit


GROUPS: Mapping[str, Promise] = {
    "liver": _("Liver"),
    "coagulation": _("Coagulation"),
    "kidney": _("Kidney and electrolytes"),
    "blood": _("Blood count"),
    "marker": _("Tumour markers"),
    "inflammation": _("Inflammation and others"),
}


def _fact(name: str, group: str, usual: tuple[float, float], *names: str, short: str = "") -> Analyte:
    """An analyte that a clause or a score reads."""
    fact = facts.ALL[name]
    return Analyte(
        name, fact.label, short or fact.label, group, fact.units, fact.low, fact.high, usual, names,
        is_fact=True, help=fact.help, whole=fact.whole, gap_above_zero_to=fact.gap_above_zero_to,
    )  # fmt: skip


def _other(
    name: str, label: str, group: str, accepted: tuple[Unit, ...], possible: tuple[float, float],
    usual: tuple[float, float], *names: str, short: str = "", help: str = "", factor_source: str = "",
) -> Analyte:  # fmt: skip
    """An analyte that no clause reads yet."""
    low, high = possible
    return Analyte(
        name, label, short or label, group, accepted, low, high, usual, names, help=help,
        factor_source=factor_source,
    )  # fmt: skip


# Molar masses: haemoglobin monomer 16 114 g/mol (IFCC), glucose 180.16, urea 60.06, its nitrogen 28.01. 1 µkat = 60 U.
_HAEMOGLOBIN = (Unit("g/L"), Unit("g/dL", Decimal(10)), Unit("mmol/L", Decimal("16.114")))
_GLUCOSE = (Unit("mmol/L"), Unit("mg/dL", Decimal("0.05551")))
_UREA = (
    Unit("mmol/L"),
    Unit("mg/dL urea", Decimal("0.1665")),
    Unit("mg/dL BUN", Decimal("0.3570"), ("mg/dL urea nitrogen",)),
)
_ENZYME = (Unit("U/L", spellings=("IU/L",)), Unit("µkat/L", Decimal(60), ("ukat/L",)))
_PROTEIN = (Unit("g/L"), Unit("g/dL", Decimal(10)))
_FIBRINOGEN = (Unit("g/L"), Unit("mg/dL", Decimal("0.01")))

_LIVER = (
    _fact("bilirubin_umol_per_l", "liver", (2, 700),
          "total bilirubin", "bilirubin total", "bilirubin, total", "bilirubin", "bilirubine totale", "gesamtbilirubin",
          "bilirrubina total", "t bili", "t bil", "tbili", "tbil", "bili total", "bili", "bil t", "tb", "stb",
          "总胆红素", "總膽紅素", "胆红素", "膽紅素"),
    _other("direct_bilirubin_umol_per_l", "Direct bilirubin", "liver", units.BILIRUBIN, (0, 1500), (0, 500),
           "direct bilirubin", "bilirubin direct", "bilirubin, direct", "conjugated bilirubin", "bilirubin conjugated",
           "d bili", "d bil", "dbili", "dbil", "db", "直接胆红素", "直接膽紅素", "结合胆红素",
           factor_source="as total bilirubin"),
    _fact("albumin_g_per_l", "liver", (15, 60),
          "albumin", "albumine", "albumina", "alb", "白蛋白", "清蛋白"),
    _fact("alt_u_per_l", "liver", (3, 10_000),
          "alanine aminotransferase", "alanine transaminase", "alat", "alt", "sgpt", "gpt", "alt gpt", "gpt alt",
          "谷丙转氨酶", "丙氨酸氨基转移酶", "谷丙轉氨酶", "丙氨酸轉氨酶", "丙氨酸转氨酶"),
    _fact("ast_u_per_l", "liver", (3, 10_000),
          "aspartate aminotransferase", "aspartate transaminase", "asat", "ast", "sgot", "got", "ast got", "got ast",
          "谷草转氨酶", "天门冬氨酸氨基转移酶", "天冬氨酸氨基转移酶", "谷草轉氨酶", "天冬氨酸转氨酶"),
    _other("alkaline_phosphatase_u_per_l", "Alkaline phosphatase", "liver", _ENZYME, (1, 20_000), (10, 3000),
           "alkaline phosphatase", "alk phos", "alkp", "alp", "phosphatase alcaline", "alkalische phosphatase",
           "碱性磷酸酶", "鹼性磷酸酶", short="ALP", factor_source="1 µkat = 60 U"),
    _other("gamma_gt_u_per_l", "Gamma-glutamyl transferase", "liver", _ENZYME, (1, 20_000), (5, 5000),
           "gamma-glutamyl transferase", "gamma glutamyl transferase", "gamma-glutamyltransferase",
           "gamma glutamyl transpeptidase", "gamma-gt", "γ-gt", "γ-谷氨酰转肽酶", "γ-谷氨酰转移酶", "谷氨酰转肽酶",
           "谷氨酰转移酶", "ggt", "ggtp", "gamma gt", short="GGT", factor_source="1 µkat = 60 U"),
    _other("total_protein_g_per_l", "Total protein", "liver", _PROTEIN, (10, 200), (30, 110),
           "total protein", "protein total", "protein, total", "gesamteiweiß", "总蛋白", "總蛋白"),
)  # fmt: skip
_COAGULATION = (
    _fact("inr", "coagulation", (0.8, 8),
          "international normalised ratio", "international normalized ratio", "pt inr", "pt-inr", "inr", "inr pt",
          "国际标准化比值", "國際標準化比值", "凝血酶原国际标准化比值", "凝血酶原时间国际标准化比值"),
    _fact("pt_prolongation_s", "coagulation", (-5, 60),
          "prothrombin time over control", "pt over control", "pt prolongation", "pt prolonged by",
          "凝血酶原时间延长", "pt延长", short="PT over control"),
    _other("prothrombin_time_s", "Prothrombin time", "coagulation", units.SECONDS, (5, 300), (8, 60),
           "prothrombin time", "pt seconds", "pt sec", "pt", "temps de prothrombine", "thromboplastinzeit",
           "凝血酶原时间", "凝血酶原時間", short="PT",
           help="The whole time in seconds. With the control of that day the time over control follows from it."),
    _other("prothrombin_activity_pct", "Prothrombin activity", "coagulation", units.PER_CENT, (1, 250), (5, 160),
           "prothrombin activity", "prothrombin time activity", "pt activity", "pta", "pt%", "pt %", "quick",
           "taux de prothrombine", "tp %", "凝血酶原活动度", "凝血酶原活動度", short="PT %",
           help="Per cent of normal; not seconds."),
    _other("aptt_s", "Activated partial thromboplastin time", "coagulation", units.SECONDS, (10, 400), (15, 150),
           "activated partial thromboplastin time", "partial thromboplastin time", "aptt", "ptt",
           "活化部分凝血活酶时间", "部分凝血活酶时间", "活化部分凝血活酶時間", short="APTT"),
    _other("fibrinogen_g_per_l", "Fibrinogen", "coagulation", _FIBRINOGEN, (0, 30), (0.3, 12),
           "fibrinogen", "fib", "纤维蛋白原", "纖維蛋白原"),
)  # fmt: skip
_KIDNEY = (
    _fact("creatinine_umol_per_l", "kidney", (25, 1500),
          "creatinine", "kreatinin", "créatinine", "creatinina", "creat", "crea", "cre", "scr", "cr", "肌酐", "肌酸酐"),
    _fact("egfr_ml_per_min_1_73m2", "kidney", (5, 150),
          "estimated glomerular filtration rate", "glomerular filtration rate", "egfr", "e gfr", "gfr",
          "估算肾小球滤过率", "肾小球滤过率", "腎絲球過濾率", short="eGFR"),
    _other("urea_mmol_per_l", "Urea", "kidney", _UREA, (0, 200), (0.8, 70),
           "blood urea nitrogen", "urea nitrogen", "urea", "bun", "harnstoff", "urée", "尿素氮", "尿素",
           factor_source="molar masses of urea 60.06 and of its nitrogen 28.01 g/mol"),
    _fact("sodium_mmol_per_l", "kidney", (110, 170),
          "sodium", "natrium", "na+", "na", "钠", "鈉", "血钠"),
    _other("potassium_mmol_per_l", "Potassium", "kidney", units.SODIUM, (0.5, 15), (2, 8),
           "potassium", "kalium", "k+", "k", "钾", "鉀", "血钾"),
)  # fmt: skip
_BLOOD = (
    _other("haemoglobin_g_per_l", "Haemoglobin", "blood", _HAEMOGLOBIN, (10, 300), (40, 200),
           "haemoglobin", "hemoglobin", "hämoglobin", "hémoglobine", "hgb", "hb", "血红蛋白", "血紅蛋白", "血色素",
           factor_source="haemoglobin monomer 16 114 g/mol (IFCC)"),
    _fact("platelets_10e9_per_l", "blood", (5, 1000),
          "platelet count", "platelets", "platelet", "thrombocytes", "thrombozyten", "plaquettes", "plaquetas",
          "plts", "plt", "血小板计数", "血小板計數", "血小板数", "血小板"),
    _fact("leukocytes_10e9_per_l", "blood", (0.5, 60),
          "white blood cell count", "white blood cells", "white cell count", "white blood count", "white cells",
          "leukocytes", "leucocytes", "leukozyten", "wbc count", "wbc", "wcc", "白细胞计数", "白細胞計數", "白细胞数",
          "白细胞", "白血球"),
    _other("neutrophils_10e9_per_l", "Neutrophils", "blood", units.CELLS, (0, 2000), (0.2, 50),
           "absolute neutrophil count", "neutrophil count", "neutrophils absolute", "neutrophils", "neut#", "anc",
           "中性粒细胞计数", "中性粒细胞绝对值", "中性粒细胞数"),
    _other("lymphocytes_10e9_per_l", "Lymphocytes", "blood", units.CELLS, (0, 2000), (0.05, 20),
           "absolute lymphocyte count", "lymphocyte count", "lymphocytes absolute", "lymphocytes", "lymph#",
           "淋巴细胞计数", "淋巴细胞绝对值", "淋巴细胞数"),
)  # fmt: skip
_MARKER = (
    _fact("afp_ng_per_ml", "marker", (0.1, 1e6),
          "alpha-fetoprotein", "alpha fetoprotein", "alphafetoprotein", "alpha-1-fetoprotein", "α-fetoprotein", "afp",
          "甲胎蛋白", "甲种胎儿球蛋白", "甲型胎兒蛋白"),
    _other("pivka_ii_mau_per_ml", "PIVKA-II", "marker", units.one("mAU/mL", "mAU/ml"), (0, 1e8), (1, 1e6),
           "des-gamma-carboxy prothrombin", "pivka-ii", "pivka ii", "pivka", "dcp", "异常凝血酶原",
           "维生素k缺乏诱导蛋白"),
)  # fmt: skip
_INFLAMMATION = (
    _fact("crp_mg_per_l", "inflammation", (0, 500),
          "c-reactive protein", "c reactive protein", "crp", "hs-crp", "hscrp",
          "c反应蛋白", "c-反应蛋白", "超敏c反应蛋白",
          short="CRP"),
    _other("procalcitonin_ng_per_ml", "Procalcitonin", "inflammation", units.ALPHA_FETOPROTEIN, (0, 2000), (0, 200),
           "procalcitonin", "pct", "降钙素原"),
    _other("glucose_mmol_per_l", "Glucose", "inflammation", _GLUCOSE, (0.1, 120), (1.5, 40),
           "blood glucose", "fasting glucose", "glucose", "glukose", "glycémie", "glu", "葡萄糖", "血糖",
           factor_source="molar mass of glucose 180.16 g/mol"),
)  # fmt: skip

ALL: Mapping[str, Analyte] = {
    analyte.name: analyte for analyte in (*_LIVER, *_COAGULATION, *_KIDNEY, *_BLOOD, *_MARKER, *_INFLAMMATION)
}
FACT_NAMES = tuple(name for name, analyte in ALL.items() if analyte.is_fact)


def in_group(group: str) -> tuple[Analyte, ...]:
    """The analytes of one group, in order."""
    return tuple(analyte for analyte in ALL.values() if analyte.group == group)


def is_plausible(analyte: Analyte, canonical: float) -> bool:
    """Whether the value is usual enough to be taken without asking."""
    low, high = analyte.usual
    return low <= canonical <= high
