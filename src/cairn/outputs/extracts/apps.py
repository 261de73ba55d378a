"""Configure the extracts app."""

from django.apps import AppConfig


class ExtractsConfig(AppConfig):
    """Register the extracts app with Django; its models are among those of releases."""

    name = "cairn.outputs.extracts"
    label = "extracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register extracts as held data, their deadlines in the calendar, and their codes."""
        from cairn.governance.disclosure_log.api import register_use_records
        from cairn.governance.retention.api import register_data_holder, register_file_references
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later

        register_data_holder(call_later("cairn.outputs.extracts.retention.ExtractDataHolder"))
        register_file_references(call_later("cairn.outputs.extracts.queries.list_extract_files"))
        register_use_records(call_later("cairn.outputs.extracts.queries.load_record_codes"))
        register_deadline_source(
            call_later("cairn.outputs.extracts.queries.list_extract_deadlines")
        )
