"""The addresses of the follow-up."""

from django.urls import path

from followup.views import decisions, message_templates, messages, sent, start, unchanged

app_name = "followup"
urlpatterns = [
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/start/",
        start.start_procedure,
        name="start_procedure",
    ),
    path("patients/<int:patient_id>/reviews/<int:review_id>/decide/", decisions.decide, name="decide"),
    path(
        "patients/<int:patient_id>/reviews/<int:review_id>/no-change/", unchanged.no_change, name="no_change"
    ),
    path("patients/<int:patient_id>/decisions/<int:decision_id>/", decisions.decision, name="decision"),
    path(
        "patients/<int:patient_id>/decisions/<int:decision_id>/withdraw/",
        decisions.withdraw,
        name="withdraw_decision",
    ),
    path("messages/", messages.messages, name="messages"),
    path("messages/seen/", messages.mark_all_seen, name="mark_all_seen"),
    path("messages/<int:message_id>/", messages.message, name="message"),
    path("messages/<int:message_id>/open/", messages.open_message, name="open_message"),
    path("messages/reminders/<int:reminder_id>/snooze/", messages.acknowledge, name="acknowledge"),
    path("messages/sent/", sent.sent_messages, name="sent_messages"),
    path("messages/sent/retry/", sent.retry_failed, name="retry_failed"),
    path("messages/sent/<int:message_id>/retry/", sent.retry_message, name="retry_message"),
    path("messages/wording/", message_templates.message_templates, name="message_templates"),
    path(
        "messages/wording/<slug:template_key>/<slug:language>/",
        message_templates.edit_message_template,
        name="edit_message_template",
    ),
    path(
        "messages/wording/<slug:template_key>/<slug:language>/reset/",
        message_templates.reset_message_template,
        name="reset_message_template",
    ),
]
