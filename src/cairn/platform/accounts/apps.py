"""Configure the accounts app."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "cairn.platform.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the sign-in signals, so that they write audit lines."""
        import_module("cairn.platform.accounts.sign_in_events")
