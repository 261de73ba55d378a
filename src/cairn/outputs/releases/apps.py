"""Configure the releases app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Register the releases app with Django."""

    name = "cairn.outputs.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register extracts as held data, so that the retention schedule covers them."""
        from cairn.governance.retention.data_holders import register_data_holder  # noqa: PLC0415
        from cairn.outputs.extracts.retention import ExtractDataHolder  # noqa: PLC0415 - after the models

        register_data_holder(ExtractDataHolder())
