"""Configure the Django app for projects."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Register projects, their reviews and their authorizations as one Django app."""

    name = "cairn.governance.projects"
    verbose_name = _("Projects")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deadlines of this app in the calendar."""
        from cairn.governance.projects.api import list_project_deadlines
        from cairn.platform.deadline_sources.api import register_deadline_source

        register_deadline_source(list_project_deadlines)
