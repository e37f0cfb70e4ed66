"""What every page of a patient shows: the banner and the tabs; ages and links for the pages of this room."""

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Capability
from patients import access
from patients.models import Patient, StandingRisks

register = template.Library()

# The page of each tab; a page whose address begins with a tab's belongs to it.
TABS = (
    ("pathway:patient", gettext_lazy("Overview")),
    ("patients:record", gettext_lazy("Record")),
    ("patients:lesions", gettext_lazy("Lesions")),
    ("patients:labs", gettext_lazy("Laboratory")),
    ("assessments:list", gettext_lazy("Assessments")),
    ("procedures:list", gettext_lazy("Procedures")),
    ("followup:reviews", gettext_lazy("Follow-up")),
    ("patients:tasks", gettext_lazy("Tasks")),
    ("pathway:letters", gettext_lazy("Letters")),
    ("patients:history", gettext_lazy("History")),
)
# Pages of a tab that do not lie below its own address.
BESIDE = {"followup:reviews": ("readings/", "decisions/")}


@register.inclusion_tag("patients/_banner.html")
def patient_banner(patient: Patient) -> dict:
    """Show who it is and what they react to; a template tag is at the edge, so it reads the clock."""
    allergies = list(patient.allergies.filter(retracted_at=None))
    risks = StandingRisks.objects.filter(patient=patient).only("allergies_asked_on").first()
    return {
        "patient": patient,
        "age": age_in_words(patient),
        "allergies": allergies,
        "allergies_asked": bool(risks and risks.allergies_asked_on),
    }


@register.inclusion_tag("patients/_tabs.html", takes_context=True)
def patient_tabs(context: dict, patient: Patient) -> dict:
    """Show the pages of the patient, the present one marked."""
    path, overview_url = context["request"].path, reverse("pathway:patient", args=[patient.pk])
    tabs = []
    for name, label in TABS:
        url = reverse(name, args=[patient.pk])
        within = (url, *(overview_url + page for page in BESIDE.get(name, ())))
        is_current = path == url or (url != overview_url and path.startswith(within))
        tabs.append({"url": url, "label": label, "is_page": path == url, "is_current": is_current})
    return {"tabs": tabs, "patient": patient}


@register.filter
def age_in_words(patient: Patient) -> str:
    """Say the age today: 65 y, about 65 y when only the year of birth is known, nothing when neither is."""
    ages = patient.age_range(on=timezone.localdate())
    if ages is None:
        return ""
    youngest, oldest = ages
    if youngest == oldest and patient.birth_date:
        return _("%(years)d y") % {"years": oldest}
    return _("%(youngest)d–%(oldest)d y") % {"youngest": youngest, "oldest": oldest}


@register.filter
def born_in_words(patient: Patient) -> str:
    """Say the birth date with the age: 14 Mar 1961 (65 y); Not known where it is not."""
    if not (patient.birth_date or patient.birth_year):
        return _("Not known")
    born = date_format(patient.birth_date, "j M Y") if patient.birth_date else str(patient.birth_year)
    return f"{born} ({age_in_words(patient)})"


@register.simple_tag(takes_context=True)
def may_change(context: dict, patient: Patient, capability: str = Capability.REGISTER_PATIENTS) -> bool:
    """Say whether the person may change this patient, so that a page offers only what will be done."""
    return access.allows(context["request"], patient, Capability(capability))
