"""Lay out the lists of legal process and public-records requests."""

import django_tables2 as columns
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from cairn.platform.tables.api import ListTable

__all__ = ["LegalProcessTable", "PublicRequestTable"]


class LegalProcessTable(ListTable):
    """Subpoenas, orders, warrants and other demands, newest first; no student is named."""

    caption = _("Legal demands")
    prefix = "process-"
    filter_columns = ("state",)

    issuer = columns.Column(_("Issued by"), linkify=("legal:process", (A("pk"),)))
    kind = columns.Column(_("Kind"), accessor="get_kind_display", order_by="kind")
    organization = columns.Column(_("Data owner"), order_by="organization__name")
    received_on = columns.Column(_("Received"))
    due_on = columns.Column(_("Due"), default="—")
    state = columns.Column(_("Status"), accessor="get_state_display", order_by="state")


class PublicRequestTable(ListTable):
    """Public-records requests, the first due first."""

    caption = _("Public-records requests")
    prefix = "request-"
    filter_columns = ("state",)

    requester = columns.Column(_("Requested by"), linkify=("legal:request", (A("pk"),)))
    level = columns.Column(_("About"), accessor="get_level_display", order_by="level")
    organization = columns.Column(_("Organization"), order_by="organization__name")
    received_on = columns.Column(_("Received"))
    due_on = columns.Column(_("Due"))
    state = columns.Column(_("Status"), accessor="get_state_display", order_by="state")
