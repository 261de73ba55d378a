"""Configure the releases app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Register the releases app with Django."""

    name = "cairn.outputs.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the reviews of releases determined, and the recurring jobs."""
        from cairn.governance.disclosure_log.api import register_use_records
        from cairn.governance.retention.api import register_file_references
        from cairn.platform.deferred_imports import call_later, import_later
        from cairn.platform.schedule.api import register_scheduled_job

        register_scheduled_job(
            import_later("cairn.outputs.releases.partner_reports.schedule.REPORT_JOB")
        )
        register_scheduled_job(import_later("cairn.outputs.releases.tasks.RENEWAL_JOB"))

        register_file_references(
            call_later("cairn.outputs.releases.queries.releases.list_release_files")
        )
        register_use_records(
            call_later("cairn.outputs.releases.queries.determinations.load_release_determinations")
        )
