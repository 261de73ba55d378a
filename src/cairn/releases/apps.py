"""The releases app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """What may leave, and what became of it."""

    name = "cairn.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells the room of retention what is held here."""
        from cairn.releases.extracts.keeping import Extracts  # noqa: PLC0415 - after the models
        from cairn.retention import keepers  # noqa: PLC0415

        keepers.register(Extracts())
