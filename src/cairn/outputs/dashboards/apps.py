"""Configure the dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Register the dashboards app with Django."""

    name = "cairn.outputs.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        """Register recurring jobs, and the days on which figures are promised."""
        from cairn.outputs.dashboards.audiences.release_calendar import list_figure_deadlines
        from cairn.outputs.dashboards.figure_requests.tasks import QUESTION_ASKERS_JOB
        from cairn.outputs.dashboards.saved_views.digest import DIGEST_JOB
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.schedule.api import register_scheduled_job

        register_scheduled_job(QUESTION_ASKERS_JOB)
        register_scheduled_job(DIGEST_JOB)
        register_deadline_source(list_figure_deadlines)
