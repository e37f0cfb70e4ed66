"""How a team follows up: its settings, their history, and the secret of its text message gateway."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permission
from accounts.models import Team
from followup import gateway_host, settings_history, settings_of
from followup.actions import team_settings as actions
from followup.forms.team_settings import FollowUpSettingsForm
from patients.views import form_page


@login_required
@require_http_methods(["GET", "POST"])
def team_settings(request: HttpRequest, team_id: int) -> HttpResponse:
    """Show and change the settings of a team that this person manages."""
    team = permission.managed_team(request, team_id)
    form = FollowUpSettingsForm(form_page.posted(request), numbers=settings_of.settings_of(team))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_settings(
                team=team,
                numbers=form.numbers_given(),
                seen_at=form.seen,
                by=request.user,
                at=timezone.now(),
            )
        except actions.ChangedMeanwhile as refused:
            _tell_of_the_other(form, refused)
        else:
            messages.success(request, _("Saved how the team follows up."))
            if note := gateway_host.note_of(form.cleaned_data["webhook_url"]):
                messages.info(request, note)
            return redirect("followup:team_settings", team.pk)
    return _page(request, team, form, status=422 if form.is_bound else 200)


def _tell_of_the_other(form: FollowUpSettingsForm, refused: actions.ChangedMeanwhile) -> None:
    now = refused.numbers
    mine = type(now)(**{name: form.cleaned_data[name] for name in settings_history.TOLD})
    differ = settings_history.changes_between(mine, now, but_secret=True)
    said = {
        "person": now.saved_by or _("Somebody"),
        "time": date_format(timezone.localtime(now.saved_at), "H:i"),
        "values": "; ".join(f"{each.label}: {each.new}" for each in differ) or _("the same as below"),
    }
    form.show_again(now)
    words = _(
        "%(person)s saved these settings at %(time)s while you had them open. There: %(values)s. "
        "Compare with what stands below, then save again."
    )
    form.add_error(None, words % said)


@login_required
@require_POST
def make_secret(request: HttpRequest, team_id: int) -> HttpResponse:
    """Make a new secret and show it, this once: it is on no other page."""
    team = permission.managed_team(request, team_id)
    secret = actions.make_secret(team=team, by=request.user, at=timezone.now())
    form = FollowUpSettingsForm(numbers=settings_of.settings_of(team))
    response = _page(request, team, form, status=200, secret=secret)
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest, team: Team, form: FollowUpSettingsForm, *, status: int, secret: str = ""
) -> HttpResponse:
    context = {
        "of_team": team,
        "form": form,
        "secret": secret,
        "has_secret": bool(form.numbers.webhook_secret),
        "events": settings_history.events_of(team),
    }
    return render(request, "followup/team_settings.html", context, status=status)
