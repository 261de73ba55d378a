"""The room of projects."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Questions, projects, the committee, and what was authorized."""

    name = "cairn.projects"
    verbose_name = _("Projects")
    default_auto_field = "django.db.models.BigAutoField"
