"""The words of laboratory reports: analytes, units, flags, specimens, and words that say nothing by themselves."""

import re

from guidelines import units
from guidelines.units import Unit
from patients import analytes
from patients.analytes import Analyte

_GAP = r"[\s\-_.,]*"


def _as_pattern(name: str) -> str:
    """A name with its blanks, dots and hyphens optional; whole words only where letters have an end."""
    words = re.split(r"[\s\-_.,]+", name)
    pattern = _GAP.join(re.escape(word) for word in words if word)
    start = r"(?<![a-z0-9])" if name[0].isascii() else ""
    end = r"(?![a-z0-9%+#])" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{start}{pattern}{end}"


def _longest_first(names: list[str]) -> str:
    return "|".join(_as_pattern(name) for name in sorted(names, key=len, reverse=True))


def _key(name: str) -> str:
    return re.sub(r"[\s\-_.,]+", "", name).casefold()


_ANALYTE_OF = {_key(name): analyte for analyte in analytes.ALL.values() for name in analyte.names}
NAME = re.compile(
    _longest_first([name for analyte in analytes.ALL.values() for name in analyte.names]), re.IGNORECASE
)
# Words inside a name that do not change which analyte it is.
NEUTRAL = re.compile(
    r"(?:serum|plasma|whole blood|venous|fasting|level|concentration|conc\.?|calculated|calc\.?|automated|"
    r"result|value|absolute|abs\.?|count|enzymatic|ifcc|ckd[\s\-]*epi(?:\s*\(?20[0-9]{2}\)?)?|"
    r"血清|血浆|全血|静脉血|测定|检测|浓度|结果)(?![a-z0-9])|(?:fp|fs|[spb])-(?=[a-z])",
    re.IGNORECASE,
)
# The same word for another specimen is another analyte: never read as blood.
OTHER_SPECIMEN = re.compile(
    r"urin|ascit|pleural|effusion|drain|csf|cerebrospinal|stool|faec|fec(?:al|es)|dialysate|saliva|sweat|"
    r"尿|腹水|胸水|脑脊液|粪|便常规|引流",
    re.IGNORECASE,
)
BLOOD = re.compile(
    r"serum|plasma|blood|h[a]?ematolog|chemist|biochem|coagul|clotting|liver|renal|hepatic|tumou?r mark|fbc|cbc|"
    r"血|生化|肝功|肾功|凝血|肿瘤标志",
    re.IGNORECASE,
)
FLAG = re.compile(
    r"[(\[]?\s*(?P<flag>HH|LL|H|L|A|N|high|low|abnormal|normal|crit(?:ical)?|↑{1,3}|↓{1,3}|\*{1,3}|!|"
    r"偏高|偏低|高|低|正常)\s*[)\]]?(?![a-z0-9])",
    re.IGNORECASE,
)
_HIGH = {"h", "hh", "high", "偏高", "高"}
_LOW = {"l", "ll", "low", "偏低", "低"}

_PER = r"\s?/\s?"
UNIT = re.compile(
    r"(?P<unit>"
    r"(?:[x×*]\s*)?(?:10\s?[\^*eE]{0,2}\s?\(?[369]\)?|10[³⁶⁹]|[eE][369])"
    + _PER
    + r"(?:mm\^?[3³]|cumm|[mµunmc]{0,2}l)"
    r"|ml" + _PER + r"min(?:" + _PER + r"1[.,]73\s?m\s?\^?[2²])?"
    r"|(?:[a-zµ]{1,6}|10)?" + _PER + r"(?:mm\^?[3³]|cumm|hpf|[a-zµ]{1,4})"
    r"|mg\s?%|%|percent|sec(?:ond)?s?\.?|s|秒|ratio"
    r")(?![a-z0-9²³⁹^])",
    re.IGNORECASE,
)
POWER_OF_TEN = re.compile(r"\s*[x×*]\s*10|\s*\^|\s*[eE][+\-]?[0-9]")

# Spellings of reports beside those that the guideline's table knows. Folded as `units.folded` folds.
_SPELLINGS = {
    "109/l": "10^9/l", "10*9/l": "10^9/l", "10^*9/l": "10^9/l", "10(9)/l": "10^9/l", "10^(9)/l": "10^9/l",
    "10**9/l": "10^9/l", "e9/l": "10^9/l", "/nl": "10^9/l", "gpt/l": "10^9/l",
    "103/ul": "10^3/ul", "10*3/ul": "10^3/ul", "10(3)/ul": "10^3/ul", "10^(3)/ul": "10^3/ul", "e3/ul": "10^3/ul",
    "k/mm3": "10^3/ul", "k/cumm": "10^3/ul", "10^3/mm3": "10^3/ul", "10^3/cumm": "10^3/ul", "tsd/ul": "10^3/ul",
    "th/ul": "10^3/ul", "thou/ul": "10^3/ul", "10e3/mm3": "10^3/ul",
    "/mm3": "/ul", "/mm^3": "/ul", "/cumm": "/ul", "cells/mm3": "/ul", "cells/cumm": "/ul",
    "mg%": "mg/dl", "gm/dl": "g/dl", "gr/dl": "g/dl", "gm/l": "g/l",
    "sec.": "s", "secs": "s", "second": "s", "秒": "s",
    "mcg/l": "ug/l", "mcmol/l": "umol/l", "iu/l": "u/l",
}  # fmt: skip


def analyte_named(written: str) -> Analyte:
    """The analyte whose name `NAME` has matched."""
    return _ANALYTE_OF[_key(written)]


def flag_of(written: str) -> str:
    """H, L, or nothing for a mark that does not say which."""
    word = written.casefold()
    if word in _HIGH or "↑" in word:
        return "H"
    return "L" if word in _LOW or "↓" in word else ""


def unit_of(analyte: Analyte, written: str) -> Unit | None:
    """The accepted unit of the analyte that is written like that, or None."""
    folded = units.folded(re.sub(r"\s+", "", written)).replace("μ", "u").replace("mcl", "ul")
    return units.find(analyte.units, written) or units.find(analyte.units, _SPELLINGS.get(folded, folded))
