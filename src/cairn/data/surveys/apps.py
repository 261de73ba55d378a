"""Configure the surveys app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Surveys that are written and answered on pages of this site."""

    name = "cairn.data.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register answers with retention, and the job that destroys those left behind."""
        from cairn.governance.retention.api import register_data_holder
        from cairn.platform.deferred_imports import call_later, import_later
        from cairn.platform.schedule.api import register_scheduled_job

        register_data_holder(call_later("cairn.data.surveys.answer_retention.SurveyAnswerHolder"))
        register_scheduled_job(import_later("cairn.data.surveys.tasks.LEFT_ANSWERS_JOB"))
