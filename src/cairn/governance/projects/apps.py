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
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later

        register_deadline_source(
            call_later("cairn.governance.projects.queries.inbox.list_project_deadlines")
        )
