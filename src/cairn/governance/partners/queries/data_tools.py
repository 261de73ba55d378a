"""Read the directory of data tools, and find what is not connected."""

from datetime import date

from django.db.models import QuerySet

from cairn.governance.partners.models import DataTool, ToolConnection
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


def list_data_tools(who: Actor, on: date) -> QuerySet[DataTool]:
    """List the tools of every organization.

    Raises:
        Refused: the person may not see which partners there are.
    """
    may_open_page(Action.VIEW_PARTNERS, who, on=on).require()
    return DataTool.objects.select_related("organization")


def list_tool_connections(who: Actor, on: date) -> QuerySet[ToolConnection]:
    """List what connects the tools.

    Raises:
        Refused: the person may not see which partners there are.
    """
    may_open_page(Action.VIEW_PARTNERS, who, on=on).require()
    return ToolConnection.objects.select_related("source__organization", "target__organization")


def list_unconnected_tools(who: Actor, on: date) -> QuerySet[DataTool]:
    """List the tools from which no data go to another tool, and which get none.

    Raises:
        Refused: the person may not see which partners there are.
    """
    return list_data_tools(who, on).filter(sends_to=None, gets_from=None)
