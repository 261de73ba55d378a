"""The intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Deliveries: what partners send."""

    name = "cairn.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells the room of retention what is held here."""
        from cairn.intake.keeping import Deliveries  # noqa: PLC0415 - once the models are loaded
        from cairn.retention import keepers  # noqa: PLC0415

        keepers.register(Deliveries())
