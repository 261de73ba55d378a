"""Pages of the directory of data tools, and of what connects them."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.actions import data_tools as actions
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.forms import DataToolForm, ToolConnectionForm
from cairn.governance.partners.models import DataTool
from cairn.governance.partners.queries import partner_people
from cairn.governance.partners.tables import DataToolTable
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@require_safe
def tool_list(request: HttpRequest) -> HttpResponse:
    """List which organization uses which tool, and what connects them."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    tools = partner_people.list_data_tools(who, today)
    may_change = may_open_page(Action.CHANGE_PARTNERS, who, on=today).allowed
    table = build_list_table(DataToolTable, tools, request, may_change=may_change)
    if is_download_requested(table, request):
        return write_csv_response(table, "data-tools")
    context = {
        "table": table,
        "connections": partner_people.list_tool_connections(who, today),
        "unconnected": partner_people.list_unconnected_tools(who, today),
        "may_change": may_change,
        "as_of": today,
    }
    return render(request, "partners/tools.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_tool(request: HttpRequest) -> HttpResponse:
    """Record that an organization uses a tool."""
    _who, now = _authorize_change(request)
    return _edit_tool(request, None, now)


@require_http_methods(["GET", "HEAD", "POST"])
def tool_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the details of a tool."""
    tool, now = _get_own_tool(request, pk)
    return _edit_tool(request, tool, now)


def _edit_tool(request: HttpRequest, tool: DataTool | None, now: datetime) -> HttpResponse:
    form = DataToolForm(request.POST or None, instance=tool)
    if tool is not None:
        for name in ("organization", "name"):
            form.fields[name].disabled = True
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        details = actions.ToolDetails(
            data["name"], data["used_for"], data["yearly_cost"], data["contact"]
        )
        actions.record_data_tool(
            organization=data["organization"],
            details=details,
            by=cast("User", request.user),
            at=now,
        )
        messages.success(request, _("Saved."))
        return redirect("partners:tools")
    title = _("Change tool") if tool else _("Add tool")
    context = {"form": form, "tool": tool, "title": title}
    return render(request, "partners/tool.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def tool_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then remove a tool with its connections."""
    tool, now = _get_own_tool(request, pk)
    if request.method == "POST":
        actions.remove_data_tool(tool=tool, by=cast("User", request.user), at=now)
        messages.success(request, _("The tool was removed."))
        return redirect("partners:tools")
    context = {
        "tool": tool,
        "connections": tool.sends_to.count() + tool.gets_from.count(),
        "back": reverse("partners:tools"),
    }
    return render(request, "partners/tool_remove.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_connection(request: HttpRequest) -> HttpResponse:
    """Record that data go from one tool to another."""
    _who, now = _authorize_change(request)
    form = ToolConnectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_tool_connection(**form.cleaned_data, by=cast("User", request.user), at=now)
        messages.success(request, _("Saved."))
        return redirect("partners:tools")
    context = {"form": form, "title": _("Add connection")}
    return render(request, "partners/tool.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def connection_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then remove a connection of two tools."""
    who, now = _authorize_change(request)
    connection = get_object_or_404(partner_people.list_tool_connections(who, now.date()), pk=pk)
    _require_change(connection.source, who, now)
    if request.method == "POST":
        actions.remove_tool_connection(connection=connection, by=cast("User", request.user), at=now)
        messages.success(request, _("The connection was removed."))
        return redirect("partners:tools")
    context = {"connection": connection, "back": reverse("partners:tools")}
    return render(request, "partners/connection_remove.html", context)


def _authorize_change(request: HttpRequest) -> tuple[Actor, datetime]:
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PARTNERS, who, on=now.date()).require()
    return who, now


def _get_own_tool(request: HttpRequest, pk: int) -> tuple[DataTool, datetime]:
    """Return a tool of an organization whose entries the user may change."""
    who, now = _authorize_change(request)
    tool = get_object_or_404(partner_people.list_data_tools(who, now.date()), pk=pk)
    _require_change(tool, who, now)
    return tool, now


def _require_change(tool: DataTool, who: Actor, now: datetime) -> None:
    may_open_page(
        Action.CHANGE_PARTNERS, who, organization=tool.organization.slug, on=now.date()
    ).require()
