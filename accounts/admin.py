"""People of the whole site, for site admins: closed accounts, who is a site admin, lost second factors.

Teams have pages of their own (`accounts:teams`, `accounts:people`).
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "is_active", "is_site_admin", "last_login"]
    list_filter = ["is_active", "is_site_admin"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "is_active", "is_site_admin", "last_login", "joined_at"]
    readonly_fields = ["email", "last_login", "joined_at"]
    actions = ["remove_second_factor"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People are invited by their team."""
        return False

    def has_delete_permission(self, request: HttpRequest, row: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, person: User, form, change: bool) -> None:
        actions.change_user(person=person, by=request.user, at=timezone.now())

    @admin.action(description=_("Remove the second factor (lost phone)"))
    def remove_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            actions.remove_second_factor(person=person, by=request.user, at=timezone.now())
        self.message_user(
            request, _("Removed. They set it up again at the next sign-in if their team requires it.")
        )
