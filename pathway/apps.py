from django.apps import AppConfig


class PathwayConfig(AppConfig):
    name = "pathway"

    def ready(self) -> None:
        """The page of a patient's history is in a room below, which knows none of these rows."""
        from pathway.letters import history
        from patients import history as histories

        histories.add_source(history.events_of)
