"""Configure the Django app for projects."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Register projects, their reviews and their authorizations as one Django app."""

    name = "cairn.governance.projects"
    verbose_name = _("Projects")
    default_auto_field = "django.db.models.BigAutoField"
