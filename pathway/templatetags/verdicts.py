"""The engine's words on pages that show several rooms: a verdict and a list of facts in plain words."""

from django import template
from django.utils.translation import gettext as _

from assessments import words
from guidelines import facts

register = template.Library()


@register.filter
def verdict_words(verdict: str) -> str:
    """Say a verdict in words."""
    return str(words.VERDICTS.get(verdict, verdict))


@register.filter
def fact_labels(names: list[str]) -> str:
    """Say the labels of some facts, in the contract's order."""
    return ", ".join(_(facts.ALL[name].label) for name in names if name in facts.ALL)
