"""Addresses of the meeting: its days, its list, its pack, and what it decided."""

from django.urls import path

from pathway.views import meeting, meeting_decide, meeting_pack

urlpatterns = [
    path("patients/<int:patient_id>/meeting/", meeting.to_meeting, name="to_meeting"),
    path("meetings/", meeting.meetings, name="meetings"),
    path("meetings/<int:meeting_id>/", meeting.meeting, name="meeting"),
    path("meetings/<int:meeting_id>/proposed/", meeting.put_on_proposed, name="meeting_propose"),
    path("meetings/<int:meeting_id>/add/", meeting.put_on, name="meeting_put_on"),
    path("meetings/<int:meeting_id>/attended/", meeting.say_who_attended, name="meeting_attended"),
    path("meetings/<int:meeting_id>/<int:discussion_id>/move/", meeting.move, name="meeting_move"),
    path("meetings/<int:meeting_id>/<int:discussion_id>/question/", meeting.reword, name="meeting_reword"),
    path(
        "meetings/<int:meeting_id>/<int:discussion_id>/take-off/", meeting.take_off, name="meeting_take_off"
    ),
    path(
        "meetings/<int:meeting_id>/<int:discussion_id>/decide/", meeting_decide.decide, name="meeting_decide"
    ),
    path("meetings/<int:meeting_id>/pack/", meeting_pack.make_pack, name="meeting_make_pack"),
    path("meetings/<int:meeting_id>/pack/state/", meeting_pack.pack_state, name="meeting_pack_state"),
    path("meetings/<int:meeting_id>/pack.pdf", meeting_pack.pack, name="meeting_pack"),
]
