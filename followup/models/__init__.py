"""What must happen next: reviews and the attempts to get them done, readings, decisions, reminders and messages.

Django finds a room's rows in its `models` module: that is why the five files are brought together here.
"""

from followup.models.decisions import Decision
from followup.models.outcomes import ImportedOutcome
from followup.models.readings import LesionReading, Reading, SignedReading
from followup.models.reminders import (
    FailsafeSheet,
    FollowUpSettings,
    Message,
    MessageTemplate,
    Reminder,
    SweepFault,
    SweepRun,
)
from followup.models.reviews import (
    BulkChange,
    CalendarFeed,
    Contact,
    ImagingReview,
    Pause,
    ReviewEvent,
    SavedView,
)

__all__ = [
    "BulkChange",
    "CalendarFeed",
    "Contact",
    "Decision",
    "FailsafeSheet",
    "FollowUpSettings",
    "ImagingReview",
    "ImportedOutcome",
    "LesionReading",
    "Message",
    "MessageTemplate",
    "Pause",
    "Reading",
    "Reminder",
    "ReviewEvent",
    "SavedView",
    "SignedReading",
    "SweepFault",
    "SweepRun",
]
