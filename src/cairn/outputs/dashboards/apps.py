"""Configure the dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Register the dashboards app with Django."""

    name = "cairn.outputs.dashboards"
    label = "dashboards"
