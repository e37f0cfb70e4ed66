"""The words of messages, for site admins: read, change with a preview, take the product's own back."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import permission
from followup import message_words, template_list
from followup.actions import message_templates as actions
from followup.forms.messages import TemplateForm


@login_required
@require_GET
def message_templates(request: HttpRequest) -> HttpResponse:
    """Show every message in every language, and whose words stand."""
    permission.require_site_admin(request)
    return render(request, "followup/message_templates.html", {"rows": template_list.rows()})


@login_required
@require_http_methods(["GET", "POST"])
def edit_message_template(request: HttpRequest, template_key: str, language: str) -> HttpResponse:
    """Change the words of one message; "Preview" shows them and keeps nothing."""
    permission.require_site_admin(request)
    key = _known(template_key, language)
    words = message_words.words(key, language)
    form = TemplateForm(
        request.POST if request.method == "POST" else None,
        key=key,
        initial={"subject": words.subject, "body": words.body},
    )
    if form.is_valid() and "preview" not in request.POST:
        asked = form.cleaned_data
        actions.save_template(key=key, language=language, by=request.user, at=timezone.now(), **asked)
        messages.success(request, _("The words are kept. The next message is written with them."))
        return redirect("followup:message_templates")
    shown = form.cleaned_data if form.is_valid() else {"subject": words.subject, "body": words.body}
    context = {
        "form": form,
        "key": key,
        "language": dict(settings.PATIENT_LANGUAGES)[language],
        "language_code": language,
        "placeholders": message_words.PLACEHOLDERS[key],
        "preview": template_list.sample(key, language, **shown),
        "is_changed": words.is_changed,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "followup/message_template.html", context, status=status)


@login_required
@require_POST
def reset_message_template(request: HttpRequest, template_key: str, language: str) -> HttpResponse:
    """Let the product's own words stand again."""
    permission.require_site_admin(request)
    key = _known(template_key, language)
    actions.reset_template(key=key, language=language, by=request.user, at=timezone.now())
    messages.success(request, _("The product’s own words stand again."))
    return redirect("followup:message_templates")


def _known(key: str, language: str) -> message_words.Key:
    if key not in message_words.Key.values or language not in dict(settings.PATIENT_LANGUAGES):
        raise Http404
    return message_words.Key(key)
