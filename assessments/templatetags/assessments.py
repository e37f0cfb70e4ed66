"""The engine's verdict in words, for lists of assessments on any page."""

from django import template

from assessments import words

register = template.Library()


@register.filter
def verdict_words(verdict: str) -> str:
    """Say a verdict in words; empty for a row that was never weighed."""
    return str(words.VERDICTS.get(verdict, ""))
