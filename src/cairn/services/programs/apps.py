"""Configure the Django app for programs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """Programs with their groups, participants, enrollments and attendance."""

    name = "cairn.services.programs"
    label = "programs"
    verbose_name = _("Programs")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the job that sends what programs recorded, and who is assigned where."""
        from cairn.governance.partners.api import register_assignment_loader
        from cairn.platform.schedule.api import register_scheduled_job
        from cairn.services.programs import facts, tasks

        register_assignment_loader(facts.load_staff_assignments)

        register_scheduled_job(tasks.DECLINED_REGISTRATIONS_JOB)
        register_scheduled_job(tasks.NIGHTLY_DELIVERY_JOB)
