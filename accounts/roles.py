"""Who may do what: the one table of roles and capabilities (design: "Who may do what")."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    CLINICIAN = "clinician", _("Clinician")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMIN = "admin", _("Admin of people")
    OBSERVER = "observer", _("Observer")


class Capability(TextChoices):
    """What a membership allows inside its own team."""

    SEE_PATIENTS = "see_patients", _("See the team's patients")
    EXPORT_PATIENTS = "export_patients", _("Export lists")
    REGISTER_PATIENTS = "register_patients", _("Register patients, enter labs, log symptoms")
    TREAT_PATIENTS = "treat_patients", _("Assess, record, read, grade, decide, sign")
    WORK_QUEUE = "work_queue", _("Book, contact, assign, snooze")
    MERGE_RECORDS = "merge_records", _("Merge two records of one person")
    MANAGE_PEOPLE = "manage_people", _("Manage the team's people")


_SEES = frozenset({Capability.SEE_PATIENTS})
_COORDINATES = _SEES | {
    Capability.EXPORT_PATIENTS,
    Capability.REGISTER_PATIENTS,
    Capability.WORK_QUEUE,
}

CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.CLINICIAN: _COORDINATES | {Capability.TREAT_PATIENTS, Capability.MERGE_RECORDS},
    Role.COORDINATOR: _COORDINATES,
    Role.ADMIN: frozenset({Capability.MANAGE_PEOPLE}),
    Role.OBSERVER: _SEES,
}

# A lead is a clinician or coordinator who also looks after the team's people, and keeps its records apart.
LEAD_CAPABILITIES: frozenset[Capability] = frozenset({Capability.MANAGE_PEOPLE, Capability.MERGE_RECORDS})
LEADING_ROLES = frozenset({Role.CLINICIAN, Role.COORDINATOR})
