"""The dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Public pages, drawn from released figures only."""

    name = "cairn.dashboards"
    label = "dashboards"
