"""The intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Deliveries: what partners send."""

    name = "cairn.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells the room of retention what is held here, and whoever decides about a use where
        children go to school."""
        from cairn.disclosures import schooling  # noqa: PLC0415 - once the models are loaded
        from cairn.intake import roster  # noqa: PLC0415
        from cairn.intake.keeping import Deliveries  # noqa: PLC0415
        from cairn.intake.storehouse import open_storehouse  # noqa: PLC0415
        from cairn.retention import keepers  # noqa: PLC0415

        keepers.register(Deliveries())
        schooling.register(lambda children: roster.of_children(open_storehouse(), children))
