"""The accounts app."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "cairn.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listens to sign-in, so that it leaves audit lines."""
        import_module("cairn.accounts.trail")
