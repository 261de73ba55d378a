"""The linkage app."""

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    """The person index and the runs that made it."""

    name = "cairn.linkage"
    label = "linkage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells the room of retention what must follow a destruction."""
        from cairn.linkage.forgetting import after_destruction  # noqa: PLC0415 - models first
        from cairn.retention import keepers  # noqa: PLC0415

        keepers.register_after("linkage", after_destruction)
