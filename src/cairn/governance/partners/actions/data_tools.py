"""Actions on the directory of data tools: which organization uses which, and what connects them."""

from dataclasses import dataclass
from datetime import datetime

from cairn.governance.partners.facts import get_organization_slug
from cairn.governance.partners.models import DataTool, Organization, ToolConnection
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action

__all__ = ["ToolDetails"]


@dataclass(frozen=True, slots=True)
class ToolDetails:
    """The details of a tool; the cost is in dollars a year, None if it is not known."""

    name: str
    used_for: str
    yearly_cost: int | None
    contact: str


def _get_tool_slug(*, tool: DataTool) -> tuple[str]:
    return get_organization_slug(organization=tool.organization)


def _get_source_slug(*, source: DataTool) -> tuple[str]:
    return get_organization_slug(organization=source.organization)


def _get_connection_slug(*, connection: ToolConnection) -> tuple[str]:
    return get_organization_slug(organization=connection.source.organization)


@action("data_tool.recorded", asks=has_role_at(Action.CHANGE_PARTNERS), facts=get_organization_slug)
def record_data_tool(
    permit: Permit,
    /,
    *,
    organization: Organization,
    details: ToolDetails,
    by: User,
    at: datetime,
) -> ActionResult[DataTool]:
    """Record that an organization uses a tool; replaces the details of one of the same name.

    Args:
        permit: the permit.
        organization: the organization.
        details: the details of the tool.
        by: the user who records it.
        at: the time.

    Returns:
        The tool.
    """
    row, _is_new = DataTool.objects.update_or_create(
        organization=organization,
        name=details.name,
        defaults={
            "used_for": details.used_for,
            "yearly_cost": details.yearly_cost,
            "contact": details.contact,
        },
    )
    return ActionResult(row, subject=row, detail={"organization": organization.slug})


@action("data_tool.removed", asks=has_role_at(Action.CHANGE_PARTNERS), facts=_get_tool_slug)
def remove_data_tool(
    permit: Permit, /, *, tool: DataTool, by: User, at: datetime
) -> ActionResult[None]:
    """Remove a tool that is no longer used, with its connections.

    Args:
        permit: the permit.
        tool: the tool.
        by: the user who removes it.
        at: the time.
    """
    subject = DataTool(pk=tool.pk, organization=tool.organization, name=tool.name)
    connections = tool.sends_to.count() + tool.gets_from.count()
    tool.delete()
    return ActionResult(subject=subject, detail={"connections": connections})


@action("data_tool.connected", asks=has_role_at(Action.CHANGE_PARTNERS), facts=_get_source_slug)
def record_tool_connection(
    permit: Permit,
    /,
    *,
    source: DataTool,
    target: DataTool,
    carries: str,
    method: str,
    by: User,
    at: datetime,
) -> ActionResult[ToolConnection]:
    """Record that data go from one tool to another; replaces what was recorded of the two.

    Args:
        permit: the permit.
        source: the tool that has the data.
        target: another tool, which gets them.
        carries: which data.
        method: how, as in `ToolConnection.Method`.
        by: the user who records it.
        at: the time.

    Returns:
        The connection.
    """
    row, _is_new = ToolConnection.objects.update_or_create(
        source=source, target=target, defaults={"carries": carries, "method": method}
    )
    return ActionResult(row, subject=row, detail={"method": method})


@action(
    "data_tool.disconnected",
    asks=has_role_at(Action.CHANGE_PARTNERS),
    facts=_get_connection_slug,
)
def remove_tool_connection(
    permit: Permit, /, *, connection: ToolConnection, by: User, at: datetime
) -> ActionResult[None]:
    """Remove a connection of two tools.

    Args:
        permit: the permit.
        connection: the connection.
        by: the user who removes it.
        at: the time.
    """
    subject = ToolConnection(pk=connection.pk, source=connection.source, target=connection.target)
    connection.delete()
    return ActionResult(subject=subject)
