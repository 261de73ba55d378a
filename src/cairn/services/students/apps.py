"""Configure the Django app for the pages about students."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudentsConfig(AppConfig):
    """The page about one student, and the list of an organization's students."""

    name = "cairn.services.students"
    label = "students"
    verbose_name = _("Students")
    default_auto_field = "django.db.models.BigAutoField"
