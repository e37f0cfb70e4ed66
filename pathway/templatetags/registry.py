"""The meter of a record: what a registry would miss of it, as a fold at the end of its page."""

from typing import Any

from django import template
from django.urls import reverse

from pathway.registry import elements

register = template.Library()


@register.inclusion_tag("pathway/_completeness.html")
def registry_meter(kind: str, record: Any, patient: Any) -> dict[str, Any]:
    """Draw the place of the meter of an assessment, a procedure or a reading; it fetches itself."""
    names = {
        elements.ASSESSMENT: "pathway:assessment_meter",
        elements.PROCEDURE: "pathway:procedure_meter",
        elements.READING: "pathway:reading_meter",
    }
    return {"url": reverse(names[kind], args=[patient.pk, record.pk])}
