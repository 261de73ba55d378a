"""Configure the web app."""

from django.apps import AppConfig

from cairn.interfaces.web.task_paths import register_path_translation


class WebConfig(AppConfig):
    """Register the web app with Django."""

    name = "cairn.interfaces.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Translate the paths of renamed tasks in the queue."""
        register_path_translation()
