"""Who: people, teams, memberships; and the audit trail of who read or changed what."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.roles import CAPABILITIES, LEAD_CAPABILITIES, LEADING_ROLES, Capability, Role


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address; Django requires the word Manager here."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_site_admin=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
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

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Team(models.Model):
    """A hospital unit: patients belong to exactly one."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=12, default="en")
    requires_second_factor = models.BooleanField(_("requires a second factor"), default=False)
    is_research = models.BooleanField(
        _("research cohort"), default=False, help_text=_("Closed cases: no names, no reminders.")
    )
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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

    class Meta:
        ordering = ["user__name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="accounts_membership_once_a_team"),
            models.CheckConstraint(
                condition=models.Q(away_from=None, away_until=None)
                | models.Q(away_until__gte=models.F("away_from")),
                name="accounts_membership_away_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(is_lead=False) | models.Q(role__in=sorted(LEADING_ROLES)),
                name="accounts_membership_lead_is_clinical",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.team}"

    def may(self, capability: Capability) -> bool:
        """Say whether this membership allows `capability` in its team."""
        return capability in CAPABILITIES[self.role] or (self.is_lead and capability in LEAD_CAPABILITIES)

    def is_away(self, on) -> bool:
        return self.away_from is not None and self.away_from <= on <= self.away_until


class AuditEntry(models.Model):
    """Who read or changed what, when. Never changed, never deleted; holds no clinical content."""

    class Kind(models.TextChoices):
        READ = "read", _("Read")
        CHANGE = "change", _("Change")
        LIST = "list", _("List")
        EXPORT = "export", _("Export")
        SIGN_IN = "sign_in", _("Sign-in")

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    # A plain number, so that the audit trail never points up at a patient row.
    patient_id = models.BigIntegerField(null=True, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind)
    what = models.CharField(
        max_length=120, help_text="The page or action by its name, e.g. patients:overview."
    )
    listed_ids = models.JSONField(default=list, blank=True)
    identifying_fields: set[str] = set()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["team", "-at"], name="accounts_audit_team_day"),
            models.Index(fields=["by", "patient_id", "-at"], name="accounts_audit_recent_read"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.kind} {self.what}"
