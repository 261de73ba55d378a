"""Configure the intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Deliveries: the files that partners send."""

    name = "cairn.data.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register deliveries with retention, questions and the schedule, and their rosters."""
        from cairn.governance.consents.api import register_schooling_provider
        from cairn.governance.disclosure_log.api import register_use_records
        from cairn.governance.retention.api import register_data_holder, register_file_references
        from cairn.platform.deferred_imports import call_later, import_later
        from cairn.platform.schedule.api import register_scheduled_job

        register_data_holder(call_later("cairn.data.intake.actions.removal.DeliveryHolder"))
        register_data_holder(
            call_later("cairn.data.intake.actions.proposed_files.ProposedFileHolder")
        )
        register_file_references(call_later("cairn.data.intake.queries.list_delivery_files"))
        register_scheduled_job(import_later("cairn.data.intake.tasks.UNCONFIRMED_FILES_JOB"))
        register_scheduled_job(import_later("cairn.data.intake.tasks.FILE_REMINDER_JOB"))
        register_scheduled_job(import_later("cairn.data.intake.tasks.WATCHED_FOLDERS_JOB"))
        register_scheduled_job(import_later("cairn.data.intake.tasks.WATCHED_ADDRESSES_JOB"))
        register_use_records(call_later("cairn.data.intake.queries.load_received_elements"))
        load_students = call_later("cairn.data.intake.students.load_known_students_by_key")
        open_store = call_later("cairn.platform.storage.api.open_file_store")
        register_schooling_provider(lambda children: load_students(open_store(), children))
