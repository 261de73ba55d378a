"""Configure the surveys app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Surveys that are written and answered on pages of this site."""

    name = "cairn.data.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register answers with retention, and the job that destroys those left behind."""
        from cairn.data.surveys.answer_retention import SurveyAnswerHolder
        from cairn.data.surveys.tasks import LEFT_ANSWERS_JOB
        from cairn.governance.retention.api import register_data_holder
        from cairn.platform.schedule.api import register_scheduled_job

        register_data_holder(SurveyAnswerHolder())
        register_scheduled_job(LEFT_ANSWERS_JOB)
