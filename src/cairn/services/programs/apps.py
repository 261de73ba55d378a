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
        """Register the jobs of programs, who is assigned where, and the names of programs."""
        from cairn.governance.consents.api import register_site_provider
        from cairn.governance.partners import api as partners_api
        from cairn.platform.deferred_imports import call_later, import_later
        from cairn.platform.schedule.api import register_scheduled_job

        partners_api.register_assignment_loader(
            call_later("cairn.services.programs.facts.load_staff_assignments")
        )
        partners_api.register_program_name_loader(
            call_later("cairn.services.programs.queries.load_program_names")
        )
        register_site_provider(
            call_later("cairn.services.programs.staff.student_sites.find_student_sites")
        )
        register_scheduled_job(
            import_later("cairn.services.programs.tasks.DECLINED_REGISTRATIONS_JOB")
        )
        register_scheduled_job(import_later("cairn.services.programs.tasks.NIGHTLY_DELIVERY_JOB"))
