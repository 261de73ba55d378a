"""Configure the public sources app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicSourcesConfig(AppConfig):
    """Tables that an agency has published, used without an agreement."""

    name = "cairn.data.public_sources"
    label = "public_sources"
    verbose_name = _("Published data")
    default_auto_field = "django.db.models.BigAutoField"
