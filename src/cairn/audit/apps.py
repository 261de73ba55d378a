"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """What happened, to what, by whom."""

    name = "cairn.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
