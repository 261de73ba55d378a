"""Configure the intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Deliveries: the files that partners send."""

    name = "cairn.data.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register deliveries with retention, and rosters with the checks of enrollment."""
        from cairn.data.intake.data_holder import DeliveryHolder  # noqa: PLC0415
        from cairn.data.intake.students import load_known_students_by_key  # noqa: PLC0415
        from cairn.governance.disclosure_log.providers import register_schooling_provider  # noqa: PLC0415 - once the models are loaded
        from cairn.governance.retention.data_holders import register_data_holder  # noqa: PLC0415
        from cairn.platform.storage.data_folder import open_file_store  # noqa: PLC0415

        register_data_holder(DeliveryHolder())
        register_schooling_provider(
            lambda children: load_known_students_by_key(open_file_store(), children)
        )
