"""Configure the survey figures app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveyFiguresConfig(AppConfig):
    """Register the survey figures app with Django."""

    name = "cairn.outputs.survey_figures"
    label = "survey_figures"
    verbose_name = _("Survey figures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the files of answers that were counted with retention."""
        from cairn.governance.retention.api import register_file_references
        from cairn.platform.deferred_imports import call_later

        register_file_references(
            call_later("cairn.outputs.survey_figures.queries.list_counted_answer_files")
        )
