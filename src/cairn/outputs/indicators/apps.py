"""Configure the indicators app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Indicators that are written on a page or in TOML and approved by the data committee."""

    name = "cairn.outputs.indicators"
    label = "indicators"
    verbose_name = _("Indicators")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register approved definitions with releases, and counted files with retention."""
        from cairn.governance.retention.api import register_file_references
        from cairn.outputs.releases.api import register_indicator_source
        from cairn.platform.deferred_imports import call_later

        register_file_references(call_later("cairn.outputs.indicators.queries.list_preview_files"))
        register_indicator_source(
            call_later("cairn.outputs.indicators.queries.load_approved_definitions")
        )
