"""The addresses of the follow-up."""

from django.urls import path

from followup.views import (
    decisions,
    message_templates,
    messages,
    reading_pages,
    readings,
    sent,
    start,
    unchanged,
)

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
    path(
        "patients/<int:patient_id>/reviews/<int:review_id>/readings/",
        reading_pages.review_readings,
        name="review_readings",
    ),
    path(
        "patients/<int:patient_id>/reviews/<int:review_id>/read/",
        readings.start_reading,
        name="start_reading",
    ),
    path(
        "patients/<int:patient_id>/reviews/<int:review_id>/adjudicate/",
        readings.adjudicate,
        name="adjudicate",
    ),
    path("patients/<int:patient_id>/readings/<int:reading_id>/", readings.reading, name="reading"),
    path(
        "patients/<int:patient_id>/readings/<int:reading_id>/save/",
        readings.save_reading,
        name="save_reading",
    ),
    path(
        "patients/<int:patient_id>/readings/<int:reading_id>/weigh/",
        readings.weigh_reading,
        name="weigh_reading",
    ),
    path(
        "patients/<int:patient_id>/readings/<int:reading_id>/rows/", readings.change_rows, name="change_rows"
    ),
    path(
        "patients/<int:patient_id>/readings/<int:reading_id>/sign/",
        readings.sign_reading,
        name="sign_reading",
    ),
    path(
        "patients/<int:patient_id>/readings/<int:reading_id>/correct/",
        readings.correct_reading,
        name="correct_reading",
    ),
    path(
        "patients/<int:patient_id>/readings/<int:reading_id>/leave/",
        readings.leave_correction,
        name="leave_correction",
    ),
    path(
        "patients/<int:patient_id>/readings/<int:reading_id>/take-back/",
        reading_pages.retract_reading,
        name="retract_reading",
    ),
    path("readings/agreement/", reading_pages.show_agreement, name="agreement"),
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
