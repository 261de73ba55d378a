"""Configure the audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit log: events, their subjects and their actors."""

    name = "cairn.platform.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give each connection the functions by which rows are sealed."""
        from cairn.platform.audit.sqlite_seals import register_row_functions

        register_row_functions()
