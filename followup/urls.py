"""The addresses of the follow-up."""

from django.urls import path

from followup.views import (
    calendar,
    decisions,
    failsafe,
    feed,
    message_templates,
    messages,
    patient,
    queue,
    queue_actions,
    queue_bulk,
    reading_pages,
    readings,
    record,
    sent,
    start,
    team_settings,
    unchanged,
)

app_name = "followup"
urlpatterns = [
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/start/",
        start.start_procedure,
        name="start_procedure",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/follow-up/record/save/",
        record.save_record,
        name="save_record",
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
    # The queue; "wake" before what would take it for an act.
    path("queue/", queue.queue_list, name="queue"),
    path("queue/export/", queue.export_queue, name="export_queue"),
    path("queue/print/", queue.print_queue, name="print_queue"),
    path("queue/views/", queue.save_view, name="save_view"),
    path("queue/views/<int:view_id>/delete/", queue.delete_view, name="delete_view"),
    path("queue/bulk/<slug:bulk_act>/", queue_bulk.bulk_act, name="bulk_act"),
    path("queue/changes/<int:bulk_id>/", queue_bulk.bulk_result, name="bulk_result"),
    path("queue/changes/<int:bulk_id>/undo/", queue_bulk.bulk_undo, name="bulk_undo"),
    path("queue/<int:review_id>/", queue_actions.queue_row, name="queue_row"),
    path("queue/<int:review_id>/wake/", queue_actions.wake, name="wake"),
    path("queue/<int:review_id>/undo/<int:review_event_id>/", queue_actions.undo, name="undo_event"),
    path("queue/<int:review_id>/<slug:act>/", queue_actions.queue_act, name="queue_act"),
    path("teams/<int:team_id>/follow-up/", team_settings.team_settings, name="team_settings"),
    path("teams/<int:team_id>/follow-up/secret/", team_settings.make_secret, name="make_secret"),
    # One patient's follow-up, the month, the calendar feeds, the failsafe list.
    path("patients/<int:patient_id>/reviews/", patient.reviews, name="reviews"),
    path("queue/calendar/", calendar.calendar, name="calendar"),
    path("queue/feed/", feed.feed_settings, name="feed_settings"),
    path("queue/feed/make/", feed.make_feed, name="make_feed"),
    path("queue/feed/revoke/", feed.revoke_feed, name="revoke_feed"),
    path("feeds/<str:token>.ics", feed.feed, name="feed"),
    path("queue/failsafe/", failsafe.failsafe, name="failsafe"),
    path("queue/failsafe/heal/", failsafe.heal, name="heal"),
    path("queue/failsafe/sheet/", failsafe.failsafe_sheet, name="failsafe_sheet"),
    path("queue/failsafe/sheet/sign/", failsafe.sign_sheet, name="sign_sheet"),
]
