"""Configure the releases app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Register the releases app with Django."""

    name = "cairn.outputs.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the reviews of releases determined, for questions about uses of data."""
        from cairn.governance.disclosure_log.api import register_use_records
        from cairn.outputs.releases.queries.determinations import load_release_determinations

        register_use_records(load_release_determinations)
