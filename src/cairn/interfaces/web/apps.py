"""Configure the web app."""

from django.apps import AppConfig

from cairn.interfaces.web.task_paths import register_path_translation


class WebConfig(AppConfig):
    """Register the web app with Django."""

    name = "cairn.interfaces.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Translate the paths of renamed tasks in the queue, and declare the jobs of this app."""
        from cairn.interfaces.backups import BACKUP_CHECK_JOB, BACKUP_JOB
        from cairn.interfaces.verification import VERIFICATION_JOB
        from cairn.interfaces.web.tasks import EMAIL_JOB
        from cairn.platform.schedule.api import register_scheduled_job

        register_path_translation()
        for job in (BACKUP_CHECK_JOB, BACKUP_JOB, EMAIL_JOB, VERIFICATION_JOB):
            register_scheduled_job(job)
