"""Configure the dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Register the dashboards app with Django."""

    name = "cairn.outputs.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        """Register recurring jobs, and the days on which figures are promised."""
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later, import_later
        from cairn.platform.schedule.api import register_scheduled_job

        register_scheduled_job(
            import_later("cairn.outputs.dashboards.figure_requests.tasks.QUESTION_ASKERS_JOB")
        )
        register_scheduled_job(
            import_later("cairn.outputs.dashboards.saved_views.digest.DIGEST_JOB")
        )
        register_deadline_source(
            call_later("cairn.outputs.dashboards.audiences.release_calendar.list_figure_deadlines")
        )
