"""Who: people, teams, memberships; and the audit trail of who read or changed what."""

from datetime import date, datetime
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts import listed_ids
from accounts.roles import CAPABILITIES, LEAD_CAPABILITIES, LEADING_ROLES, Capability, Role

# What a page carries to say for whom it was made: a signed key, so that nobody learns a name by counting.
_page_signer = Signer(salt="accounts.page")


def validate_time_zone(name: str) -> None:
    """Refuse a name that the time zone database does not know."""
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone of this name. Write it as Europe/Stockholm."))


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address; Django requires the word Manager here."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_site_admin=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(
        _("name"), max_length=150, help_text=_("As shown to colleagues: Dr S. Lindqvist.")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_site_admin = models.BooleanField(
        _("site admin"), default=False, help_text=_("Keeps reference data and editions for all teams.")
    )
    language = models.CharField(_("language"), max_length=12, blank=True, help_text=_("Empty: the team's."))
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.AUTO)
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True)
    # When this person put the first steps away; they are shown on the home page until then.
    guide_put_away_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    identifying_fields = {"email", "name"}

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Django's admin site is for site admins."""
        return self.is_site_admin

    def has_perm(self, permission: str, row: models.Model | None = None) -> bool:
        """Answer Django's admin site; inside a team the table in `roles.py` decides."""
        return self.is_active and self.is_site_admin

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_site_admin

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def put_guide_away(self, *, at: datetime) -> None:
        """Show the first steps no more, until they are asked for."""
        self.guide_put_away_at = at
        self.save(update_fields=["guide_put_away_at"])

    def bring_guide_back(self) -> None:
        self.guide_put_away_at = None
        self.save(update_fields=["guide_put_away_at"])

    @property
    def page_key(self) -> str:
        """The key by which a page says for whom it was made (`session_lock` reads it)."""
        return _page_signer.sign(str(self.pk))

    @classmethod
    def pk_of_page_key(cls, key: str) -> int | None:
        """Return whose key this is, or None for one that we did not make."""
        try:
            return int(_page_signer.unsign(key))
        except (BadSignature, ValueError):
            return None


class Team(models.Model):
    """A hospital unit: patients belong to exactly one."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    requires_second_factor = models.BooleanField(
        _("requires a second factor"),
        default=False,
        help_text=_("Everyone in the team sets up an authenticator app at the next sign-in."),
    )
    is_research = models.BooleanField(
        _("research cohort"), default=False, help_text=_("Closed cases: no names, no reminders.")
    )
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        """Those that count: the membership and the person are both active."""
        return self.filter(is_active=True, user__is_active=True)

    def managing_people(self) -> "MembershipQuerySet":
        """Those whose role, or lead, lets them manage the team's people."""
        roles = [role for role, may in CAPABILITIES.items() if Capability.MANAGE_PEOPLE in may]
        return self.active().filter(Q(role__in=roles) | Q(is_lead=True))


class Membership(models.Model):
    """One person's role in one team."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    is_lead = models.BooleanField(_("leads the team"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_until = models.DateField(_("away until, this day included"), null=True, blank=True)
    deputy = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputises_for", verbose_name=_("deputy")
    )
    identifying_fields: set[str] = set()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user__name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="accounts_membership_once_a_team"),
            models.CheckConstraint(
                condition=Q(away_from=None, away_until=None)
                | Q(away_from__isnull=False, away_until__isnull=False, away_until__gte=models.F("away_from")),
                name="accounts_membership_away_in_order",
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=models.F("id")),
                name="accounts_membership_deputy_is_other",
            ),
            models.CheckConstraint(
                condition=Q(is_lead=False) | Q(role__in=sorted(LEADING_ROLES)),
                name="accounts_membership_lead_is_clinical",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.team}"

    def may(self, capability: Capability) -> bool:
        """Say whether this membership allows `capability` in its team."""
        return capability in CAPABILITIES[self.role] or (self.is_lead and capability in LEAD_CAPABILITIES)

    def is_away(self, on: date) -> bool:
        if self.away_from is None or self.away_until is None:
            return False
        return self.away_from <= on <= self.away_until

    def stands_in(self, on: date) -> "Membership":
        """Return who does this member's work that day: the deputy while the member is away."""
        if self.deputy is not None and self.deputy.is_active and self.is_away(on):
            return self.deputy
        return self


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Entries are only added; a trigger of the database refuses a change as well."""

    def concerning(self, patient_id: int) -> "AuditEntryQuerySet":
        """Entries of one patient, and the lists that showed the patient among others."""
        return self.filter(Q(patient_id=patient_id) | Q(listed_ids.Holds("listed_ids", patient_id)))

    def update(self, **fields) -> int:
        raise TypeError("An audit entry is never changed.")

    def bulk_update(self, entries, fields, batch_size=None) -> int:
        raise TypeError("An audit entry is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit entry is never deleted.")


class AuditEntry(models.Model):
    """Who read or changed what, when. Never changed, never deleted; holds no clinical content."""

    class Kind(models.TextChoices):
        READ = "read", _("Read")
        CHANGE = "change", _("Change")
        LIST = "list", _("List")
        EXPORT = "export", _("Export")
        SIGN_IN = "sign_in", _("Sign-in")
        REFUSED = "refused", _("Refused sign-in")

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    # Whom a change of the team's people concerned.
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # A plain number, so that the audit trail never points up at a patient row.
    patient_id = models.BigIntegerField(null=True, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind)
    what = models.CharField(
        max_length=120, help_text="The page or action by its name, e.g. patients:overview."
    )
    listed_ids = models.JSONField(default=list, blank=True)
    identifying_fields: set[str] = set()

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["team", "-at"], name="accounts_audit_team_day"),
            models.Index(fields=["by", "patient_id", "-at"], name="accounts_audit_recent_read"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.kind} {self.what}"

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit entry is never deleted.")
