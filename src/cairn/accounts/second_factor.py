"""The second factor (TOTP): its secrets are encrypted in the database."""

from allauth.mfa.adapter import DefaultMFAAdapter


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's adapter."""
