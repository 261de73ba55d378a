"""Answer requests for the calendar (list, month, feed) and the lapse simulation."""

from calendar import Calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from time import time
from typing import Final, cast

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.agreements.api import find_agreement_data_owners
from cairn.governance.disclosure_log.api import name_organizations
from cairn.governance.partners.api import load_actor
from cairn.outputs.deadlines import actions, queries
from cairn.outputs.deadlines.forms import LapseSimulationForm
from cairn.outputs.deadlines.icalendar import format_icalendar
from cairn.outputs.deadlines.lapse_simulation import list_lapse_choices, simulate_lapse
from cairn.outputs.deadlines.tables import (
    DeadlineLine,
    DeadlineRow,
    DeadlineTable,
    fold_deadline_lines,
)
from cairn.platform.accounts.api import User
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.engine import Reason, find_audience, reveals_special_class
from cairn.policy.questions import DependentUseKind, may_open_page
from cairn.policy.vocabulary import Action, Audience

_DAYS_SHOWN = 365
MAX_FETCHES_AN_HOUR: Final = 60
_RATE_WINDOW_SECONDS: Final = 3600

DEADLINE_KIND_LABELS = {
    DeadlineKind.RENEWAL: _("renewals"),
    DeadlineKind.AGREEMENT_END: _("agreement end dates"),
    DeadlineKind.DELIVERY: _("data submissions"),
    DeadlineKind.GIVE_BACK: _("reports to partners"),
    DeadlineKind.TRAINING: _("training"),
    DeadlineKind.SECURITY: _("security reviews"),
    DeadlineKind.DESTRUCTION: _("data destruction"),
    DeadlineKind.COPY: _("record copies for families"),
    DeadlineKind.LEGAL: _("legal requests"),
    DeadlineKind.APPOINTMENT: _("appointments"),
    DeadlineKind.FIGURE: _("new figures"),
    DeadlineKind.AMENDMENT: _("record corrections for families"),
    DeadlineKind.ANSWER: _("responses due"),
    DeadlineKind.CONSENT: _("consents"),
    DeadlineKind.BIRTHDAY: _("18th birthdays"),
    DeadlineKind.PROJECT: _("projects"),
    DeadlineKind.MEETING: _("meetings"),
    DeadlineKind.POLICY: _("policy reviews"),
    DeadlineKind.NOTICE: _("notices"),
}


@require_safe
def deadline_list(request: HttpRequest) -> HttpResponse:
    """List everything due in the coming year: late ones first, then by month, with a filter."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    deadline_filter = _parse_filter(request, today)
    all_deadlines = queries.list_deadlines(
        current_actor, queries.DeadlineFilter(deadline_filter.on, deadline_filter.until)
    )
    deadlines = (
        queries.list_deadlines(current_actor, deadline_filter)
        if deadline_filter.kind or deadline_filter.organization
        else all_deadlines
    )
    names = queries.map_organization_names()
    upcoming = [deadline for deadline in deadlines if deadline.on >= today]
    table = build_list_table(DeadlineTable, _build_deadline_rows(upcoming, names), request)
    if is_download_requested(table, request):
        return write_csv_response(table, "deadlines")
    context = {
        "late": [
            _build_deadline_line(deadline, names) for deadline in deadlines if deadline.on < today
        ],
        "table": table,
        "count": len(deadlines),
        "asked": deadline_filter,
        "kinds": [
            (kind, DEADLINE_KIND_LABELS[DeadlineKind(kind)])
            for kind in queries.list_deadline_kinds(all_deadlines)
        ],
        "organizations": [
            (slug, names.get(slug, slug))
            for slug in queries.list_acting_organizations(all_deadlines)
        ],
        "query": request.GET.urlencode(),
        "today": today,
    }
    return render(request, "deadlines/list.html", context)


@require_safe
def deadline_month(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Show one month as a table of weeks, or on a phone as a list of its days."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    queries.may_view_calendar(current_actor, today).require()
    try:
        first = date(year, number, 1)
        next_month = (first + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        raise Http404 from None
    last = next_month - timedelta(days=1)
    deadlines = queries.list_deadlines(
        current_actor, queries.DeadlineFilter(today, max(last, today))
    )
    by_day: dict[date, list[DeadlineLine]] = {}
    for deadline in deadlines:
        by_day.setdefault(deadline.on, []).append(_build_deadline_line(deadline, {}))
    weeks = [
        [{"day": day, "inside": day.month == number, "due": by_day.get(day, [])} for day in week]
        for week in Calendar(firstweekday=6).monthdatescalendar(year, number)
    ]
    context = {
        "first": first,
        "weeks": weeks,
        "before": first - timedelta(days=1),
        "after": next_month,
        "today": today,
    }
    return render(request, "deadlines/month.html", context)


@require_safe
def deadline_feed(request: HttpRequest) -> HttpResponse:
    """Send the deadlines as a calendar file, with the same filter."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    deadlines = queries.list_deadlines(current_actor, _parse_filter(request, today))
    disposition = 'attachment; filename="cairn-deadlines.ics"'
    return _build_calendar_response(request, deadlines, disposition)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_subscription(request: HttpRequest) -> HttpResponse:
    """Show, make, renew and end the secret address of the user's deadlines."""
    current_actor, now = load_actor(request.user, request=request), timezone.localtime()
    queries.may_view_calendar(current_actor, now.date()).require()
    user, address = cast("User", request.user), ""
    if request.method == "POST" and request.POST.get("step") == "end":
        actions.end_calendar_feed(by=user, at=now)
        messages.success(request, _("The address no longer works."))
        return redirect("deadlines:subscription")
    if request.method == "POST":
        token = actions.renew_calendar_feed(by=user, at=now)
        path = reverse("deadlines:subscribed_feed", args=[token])
        address = request.build_absolute_uri(path)
    context = {"feed": queries.find_calendar_feed(user), "address": address}
    return render(request, "deadlines/subscription.html", context)


@require_safe
def subscribed_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Send a person's deadlines to their own calendar, by a secret address, without a session.

    The policy is asked each time, so the address shows what the person may see now. It answers as
    if it did not exist once it was ended or the person may see no deadlines.
    """
    user, today = queries.find_feed_user(token), timezone.localdate()
    # Calendar programs of many people share an address, so only guesses are counted by address.
    reader = f"user:{user.pk}" if user else f"address:{request.META.get('REMOTE_ADDR', '')}"
    if not _count_fetch(reader):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    person = load_actor(user)
    if not queries.may_view_calendar(person, today).allowed or user is None:
        raise Http404
    deadlines = queries.list_deadlines(person, _parse_filter(request, today))
    return _build_calendar_response(request, deadlines, "inline")


def _count_fetch(reader: str) -> bool:
    """Count one fetch of a calendar; return whether the reader is within the limit of the hour."""
    name = f"calendar-feed:{reader}:{int(time()) // _RATE_WINDOW_SECONDS}"
    cache.add(name, 0, timeout=_RATE_WINDOW_SECONDS)
    try:
        return cache.incr(name) <= MAX_FETCHES_AN_HOUR
    except ValueError:  # The entry was dropped between the two calls, since the cache is full.
        return True


def _build_calendar_response(
    request: HttpRequest, deadlines: list[Deadline], disposition: str
) -> HttpResponse:
    site = request.build_absolute_uri("/").rstrip("/")
    text = format_icalendar(deadlines, site=site, created_at=datetime.now(UTC))
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@require_safe
def lapse_simulation(request: HttpRequest) -> HttpResponse:
    """Simulate the end of an agreement. Asks policy and changes nothing."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    queries.may_view_calendar(current_actor, today).require()
    form = LapseSimulationForm(
        request.GET or None, agreements=list_lapse_choices(current_actor, today)
    )
    lapse_result = None
    if form.is_valid():
        data = form.cleaned_data
        lapse_result = simulate_lapse(current_actor, data["agreement"], data["on"], today)
    names = queries.map_organization_names()
    duties = [
        {
            "due": duty.due,
            "owner": names.get(duty.owner, duty.owner),
            "holders": sorted(names.get(slug, slug) for slug in duty.holders),
            "things": len(duty.references),
        }
        for duty in (lapse_result.destroyed if lapse_result else ())
    ]
    context = {
        "form": form,
        "found": lapse_result,
        "stopped": [
            {
                "stop": stop,
                "kind": _USE_LABELS[stop.kind][0],
                "opens": may_open_page(_USE_LABELS[stop.kind][1], current_actor, on=today).allowed,
                "reasons": _describe_reasons(
                    tuple(name_organizations(reason, names) for reason in stop.reasons),
                    find_audience(
                        current_actor, find_agreement_data_owners(stop.agreements, today), today
                    ),
                ),
            }
            for stop in (lapse_result.stopped if lapse_result else ())
        ],
        "duties": duties,
        "today": today,
    }
    status = 422 if form.errors else 200
    return render(request, "deadlines/lapse.html", context, status=status)


_USE_LABELS = {
    DependentUseKind.DELIVERY: (_("data submission"), Action.VIEW_DELIVERY),
    DependentUseKind.LINK: (_("record matching"), Action.VIEW_LINKAGE),
    DependentUseKind.PROJECT: (_("project"), Action.VIEW_PROJECT),
    DependentUseKind.RELEASE: (_("release"), Action.VIEW_RELEASE),
}
"""The label of a use, and the action that opens its page."""


def _describe_reasons(reasons: tuple[Reason, ...], audience: Audience) -> list[dict[str, str]]:
    """Describe reasons to one audience, each sentence once.

    Next steps are for stewards. Others get the citation only if it does not reveal the class of a
    record.
    """
    is_steward = audience is Audience.STEWARD
    lines = {
        reason.message_for(audience): {
            "message": reason.message_for(audience),
            "next_step": reason.next_step if is_steward else "",
            "citation": reason.card.citation
            if is_steward or not reveals_special_class(reason)
            else "",
        }
        for reason in reasons
    }
    return list(lines.values())


def _parse_filter(request: HttpRequest, today: date) -> queries.DeadlineFilter:
    kind = request.GET.get("kind", "")
    return queries.DeadlineFilter(
        on=today,
        until=today + timedelta(days=_DAYS_SHOWN),
        kind=kind if kind in set(DeadlineKind) else "",
        organization=request.GET.get("organization", "")[:60],
    )


def _build_deadline_rows(deadlines: list[Deadline], names: Mapping[str, str]) -> list[DeadlineRow]:
    """Build the rows of the list; many deadlines of the same day and kind fold into one."""
    groups = groupby(deadlines, key=lambda deadline: (deadline.on, deadline.kind))
    return [
        row
        for _day_and_kind, run in groups
        for row in fold_deadline_lines(tuple(_build_deadline_line(each, names) for each in run))
    ]


def _build_deadline_line(deadline: Deadline, names: Mapping[str, str]) -> DeadlineLine:
    acting = [names.get(slug, slug) for slug in queries.split_acting_organizations(deadline)]
    kind = str(DEADLINE_KIND_LABELS[DeadlineKind(deadline.kind)])
    return DeadlineLine(deadline, kind, ", ".join(acting))
