"""Lay out the list of breaches."""

import django_tables2 as columns
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from cairn.platform.tables.api import ListTable

__all__ = ["BreachTable"]


class BreachTable(ListTable):
    """Breaches, newest first; no student is named."""

    caption = _("Breaches")
    filter_columns = ("state",)

    discovered_at = columns.DateTimeColumn(
        verbose_name=_("Discovered"), linkify=("breaches:detail", (A("pk"),))
    )
    kind = columns.Column(_("What happened"), accessor="get_kind_display", order_by="kind")
    organization = columns.Column(_("Organization"), order_by="organization__name")
    agreement = columns.Column(_("Agreement"), accessor="agreement__reference")
    state = columns.Column(_("Status"), accessor="get_state_display", order_by="state")
