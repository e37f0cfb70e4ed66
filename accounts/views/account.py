"""A person's own page: preferences, team, absence, and the ways to how they sign in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions, permission, second_factor
from accounts.forms.account import PreferencesForm, ThemeForm
from accounts.forms.people import AbsenceForm


@login_required
def account(request: HttpRequest) -> HttpResponse:
    return _account_page(request, PreferencesForm(instance=request.user), _absence_form(request))


def _absence_form(request: HttpRequest, answers=None) -> AbsenceForm | None:
    return AbsenceForm(answers, membership=request.membership) if request.membership else None


def _account_page(request: HttpRequest, form: PreferencesForm, absence: AbsenceForm | None) -> HttpResponse:
    context = {
        "form": form,
        "absence": absence,
        "has_code": second_factor.is_set_up(request.user),
        "code_is_required": second_factor.is_required_of(request.user),
    }
    return render(request, "accounts/account.html", context)


@login_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST, instance=request.user)
    if not form.is_valid():
        request.user.refresh_from_db()
        return _account_page(request, form, _absence_form(request))
    form.save()
    messages.success(request, _("Saved your preferences."))
    return redirect("accounts:account")


@login_required
@require_POST
def set_own_absence(request: HttpRequest) -> HttpResponse:
    """Anybody may say when they are away from the current team."""
    if request.membership is None:
        raise Http404
    form = AbsenceForm(request.POST, membership=request.membership)
    if not form.is_valid():
        return _account_page(request, PreferencesForm(instance=request.user), form)
    actions.set_absence(
        membership=request.membership, by=request.user, at=timezone.now(), **form.cleaned_data
    )
    messages.success(request, _("Noted your absence."))
    return redirect("accounts:account")


@login_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """From the menu of every page; an unknown theme changes nothing."""
    form = ThemeForm(request.POST, instance=request.user)
    if form.is_valid():
        form.save()
    return redirect(_way_back(request))


@login_required
@require_POST
def put_guide_away(request: HttpRequest) -> HttpResponse:
    """Take the first steps off the home page."""
    request.user.put_guide_away(at=timezone.now())
    messages.info(request, _("The first steps are put away. They come back from the menu with your name."))
    return redirect("pathway:home")


@login_required
@require_POST
def bring_guide_back(request: HttpRequest) -> HttpResponse:
    """Show the first steps on the home page again."""
    request.user.bring_guide_back()
    return redirect("pathway:home")


@login_required
def choose_team(request: HttpRequest) -> HttpResponse:
    """GET lists the person's teams, POST goes to one of them."""
    if request.method != "POST":
        return render(request, "accounts/choose_team.html")
    chosen = next((m for m in request.memberships if str(m.team_id) == request.POST.get("team")), None)
    if chosen is None:
        raise Http404
    request.session[permission.CHOSEN_TEAM] = chosen.team_id
    messages.success(request, _("You are now in %(team)s.") % {"team": chosen.team})
    return redirect("pathway:home")


def _way_back(request: HttpRequest) -> str:
    going_to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(going_to, {request.get_host()}, require_https=request.is_secure())
    return going_to if safe else "/"
