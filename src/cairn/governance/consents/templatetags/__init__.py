"""Provide the template filters of consents."""
