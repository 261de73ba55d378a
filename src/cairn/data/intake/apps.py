"""Configure the intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Deliveries: the files that partners send."""

    name = "cairn.data.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register deliveries with retention, questions and the schedule, and their rosters."""
        from cairn.data.intake.actions.proposed_files import ProposedFileHolder
        from cairn.data.intake.actions.removal import DeliveryHolder
        from cairn.data.intake.queries import load_received_elements
        from cairn.data.intake.students import load_known_students_by_key
        from cairn.data.intake.tasks import (
            FILE_REMINDER_JOB,
            UNCONFIRMED_FILES_JOB,
            WATCHED_ADDRESSES_JOB,
            WATCHED_FOLDERS_JOB,
        )
        from cairn.governance.consents.api import register_schooling_provider
        from cairn.governance.disclosure_log.api import register_use_records
        from cairn.governance.retention.api import register_data_holder
        from cairn.platform.schedule.api import register_scheduled_job
        from cairn.platform.storage.api import open_file_store

        register_data_holder(DeliveryHolder())
        register_data_holder(ProposedFileHolder())
        register_scheduled_job(UNCONFIRMED_FILES_JOB)
        register_scheduled_job(FILE_REMINDER_JOB)
        register_scheduled_job(WATCHED_FOLDERS_JOB)
        register_scheduled_job(WATCHED_ADDRESSES_JOB)
        register_use_records(load_received_elements)
        register_schooling_provider(
            lambda children: load_known_students_by_key(open_file_store(), children)
        )
