"""Configure the app of single students' records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Attributes of single students, without names, kept while their data submission counts."""

    name = "cairn.data.records"
    label = "records"
    verbose_name = _("Student records")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the app that checks data submissions, which also ends them."""
        from cairn.data.intake.api import register_record_keeper
        from cairn.platform.deferred_imports import call_later

        register_record_keeper(
            call_later("cairn.data.records.record_store.keep_student_records"),
            call_later("cairn.data.records.record_store.erase_student_records"),
        )
