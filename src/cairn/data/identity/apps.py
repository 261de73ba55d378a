"""Configure the identity app."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The person index and the linkage runs that produced it."""

    name = "cairn.data.identity"
    label = "linkage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register linked files, and what must follow a destruction, with the retention app."""
        from cairn.data.intake.api import register_match_counter
        from cairn.governance.retention.api import register_file_references, register_follow_up
        from cairn.platform.deferred_imports import call_later

        register_follow_up(
            "linkage", call_later("cairn.data.identity.erasure.erase_destroyed_records")
        )
        register_file_references(
            call_later("cairn.data.identity.queries.linkage_runs.list_referenced_files")
        )
        register_match_counter(
            call_later("cairn.data.identity.queries.linkage_runs.count_matched_rows_of")
        )
