from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"

    def ready(self) -> None:
        """The page of a patient's history is in the room below, which knows none of these rows."""
        from patients import history as histories
        from procedures import history

        histories.add_source(history.events_of)
