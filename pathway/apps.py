from django.apps import AppConfig


class PathwayConfig(AppConfig):
    name = "pathway"

    def ready(self) -> None:
        """The page of a patient's history is in a room below, which knows none of these rows."""
        from pathway.letters import history as letters
        from pathway.merge import history as merges
        from patients import history as histories

        histories.add_source(letters.events_of)
        histories.add_source(merges.events_of)
