"""The room of retention."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    """What must be destroyed by when, and the proof."""

    name = "cairn.retention"
    verbose_name = _("Retention")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells whoever decides about a use whether a recipient has destroyed what it had to; and
        enters the scans of signed papers among what is held."""
        from cairn.disclosures import overdue  # noqa: PLC0415 - once the models are loaded
        from cairn.retention import keepers, queries  # noqa: PLC0415
        from cairn.retention.scans import Scans  # noqa: PLC0415

        keepers.register(Scans())
        overdue.register(lambda organization, on: len(queries.overdue(organization, on)))
