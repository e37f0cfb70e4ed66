"""The way to “no change, hold” from a page that shows a review."""

from typing import Any

from django import template

from followup import unchanged
from followup.models import ImagingReview

register = template.Library()


@register.inclusion_tag("followup/_no_change_link.html")
def no_change_link(review: ImagingReview) -> dict[str, Any]:
    """Link to the page, with its key, where the last reading was quiet; nothing elsewhere."""
    return {"review": review, "is_offered": unchanged.is_offered(review)}
