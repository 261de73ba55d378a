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
        from cairn.governance.consents.api import register_site_provider
        from cairn.governance.partners.api import register_assignment_loader
        from cairn.platform.schedule.api import register_scheduled_job
        from cairn.services.programs import facts, tasks
        from cairn.services.programs.staff.student_sites import find_student_sites

        register_assignment_loader(facts.load_staff_assignments)
        register_site_provider(find_student_sites)

        register_scheduled_job(tasks.DECLINED_REGISTRATIONS_JOB)
        register_scheduled_job(tasks.NIGHTLY_DELIVERY_JOB)
