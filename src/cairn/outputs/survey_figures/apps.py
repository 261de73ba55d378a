"""Configure the survey figures app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveyFiguresConfig(AppConfig):
    """Register the survey figures app with Django."""

    name = "cairn.outputs.survey_figures"
    label = "survey_figures"
    verbose_name = _("Survey figures")
    default_auto_field = "django.db.models.BigAutoField"
