"""Configure the dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Register the dashboards app with Django."""

    name = "cairn.outputs.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        """Register the job that erases who asked old questions."""
        from cairn.outputs.dashboards.figure_requests.tasks import QUESTION_ASKERS_JOB
        from cairn.platform.schedule.api import register_scheduled_job

        register_scheduled_job(QUESTION_ASKERS_JOB)
