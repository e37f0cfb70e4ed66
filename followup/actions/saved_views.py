"""Keep and drop a person's named filters of the queue: nothing clinical, nobody else's."""

from datetime import datetime

from accounts.models import Team, User
from followup.models import SavedView


def save_view(*, team: Team, name: str, query: str, by: User, at: datetime) -> SavedView:
    """Keep a filter under a name; the same name again holds the new one."""
    view, _is_new = SavedView.objects.update_or_create(
        team=team, owner=by, name=name, defaults={"query": query, "saved_at": at}
    )
    return view


def delete_view(*, view: SavedView) -> None:
    """Drop a filter; it was a shortcut of one person and names no patient."""
    view.delete()
