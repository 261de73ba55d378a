"""Configure the partners app."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Register the partners app with Django."""

    name = "cairn.governance.partners"
    label = "partners"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the deadlines of this app, and how to load the policy facts about a user."""
        from cairn.governance.partners.api import load_acting_user
        from cairn.platform.actions.api import register_actor_loader
        from cairn.platform.deadline_sources.api import register_deadline_source
        from cairn.platform.deferred_imports import call_later

        register_deadline_source(
            call_later("cairn.governance.partners.queries.partner_inbox.list_partner_deadlines")
        )
        register_actor_loader(load_acting_user)
