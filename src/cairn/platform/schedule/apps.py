"""Configure the schedule app."""

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    """Recurring jobs that other apps declare, and a row for each run."""

    name = "cairn.platform.schedule"
    label = "schedule"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the job that deletes old rows of the schedule itself."""
        from cairn.platform.schedule.cleanup import declare_cleanup_job

        declare_cleanup_job()
