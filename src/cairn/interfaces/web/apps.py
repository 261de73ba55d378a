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
        from cairn.platform.deferred_imports import import_later
        from cairn.platform.schedule.api import register_scheduled_job

        register_path_translation()
        register_scheduled_job(import_later("cairn.interfaces.backups.BACKUP_CHECK_JOB"))
        register_scheduled_job(import_later("cairn.interfaces.backups.BACKUP_JOB"))
        register_scheduled_job(import_later("cairn.interfaces.web.tasks.EMAIL_JOB"))
        register_scheduled_job(import_later("cairn.interfaces.verification.VERIFICATION_JOB"))
