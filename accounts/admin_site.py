"""The site's own corner, for site admins: users, teams, memberships, reference data. Nothing is deleted there."""

from django.contrib.admin import AdminSite, apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

# What allauth and Django keep for themselves: sessions, secrets of the second factor, groups that we do not use.
HIDDEN_APPS = frozenset({"account", "auth", "mfa", "usersessions"})


class AdminConfig(apps.AdminConfig):
    default_site = "accounts.admin_site.SiteAdmin"


class SiteAdmin(AdminSite):
    site_header = _("TACE pathway, site")
    site_title = _("TACE pathway")
    index_title = _("Site")
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, (list, tuple)) else [model_or_iterable]
        shown = [model for model in models if model._meta.app_label not in HIDDEN_APPS]
        if shown:
            super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and getattr(request.user, "is_site_admin", False)

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """There is one sign-in page, with its throttling and second factor."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        going_to = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return redirect(f"{resolve_url('account_login')}?{going_to}")

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")

    def logout(self, request: HttpRequest, extra_context=None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_logout")
