"""Pages of deadlines: the calendar as a list and as a month, its feed, and the simulator."""

from calendar import Calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cairn.agreements import facts as agreed
from cairn.deadlines import queries
from cairn.deadlines.forms import LapseForm
from cairn.deadlines.icalendar import icalendar
from cairn.deadlines.simulating import choices, simulate
from cairn.partners.due import Due, DueKind
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.decision import Reason
from cairn.rules.lapse import UseKind
from cairn.rules.telling import hearer, tells_a_class
from cairn.rules.vocabulary import Action, Audience

_YEAR = 365
KINDS = {
    DueKind.RENEWAL: _("renewals"),
    DueKind.AGREEMENT_END: _("ends of agreements"),
    DueKind.DELIVERY: _("deliveries"),
    DueKind.GIVE_BACK: _("give-backs"),
    DueKind.TRAINING: _("training"),
    DueKind.SECURITY: _("security"),
    DueKind.DESTRUCTION: _("destruction"),
    DueKind.COPY: _("copies for families"),
    DueKind.ANSWER: _("answers"),
    DueKind.CONSENT: _("consents"),
    DueKind.BIRTHDAY: _("18th birthdays"),
    DueKind.PROJECT: _("projects"),
    DueKind.MEETING: _("meetings"),
    DueKind.POLICY: _("policy reviews"),
    DueKind.NOTICE: _("notices"),
}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Everything due in the coming year, the late first, then month by month; with a filter."""
    who, today = actor(request.user, request=request), timezone.localdate()
    asked = _asked(request, today)
    everything = queries.everything_due(who, queries.Asked(asked.on, asked.until))
    found = queries.everything_due(who, asked) if asked.kind or asked.organization else everything
    names = queries.names()
    context = {
        "late": [_line(one, names) for one in found if one.on < today],
        "months": _by_month([one for one in found if one.on >= today], names),
        "count": len(found),
        "asked": asked,
        "kinds": [(kind, KINDS[DueKind(kind)]) for kind in queries.kinds(everything)],
        "organizations": [(n, names.get(n, n)) for n in queries.organizations(everything)],
        "query": request.GET.urlencode(),
        "today": today,
    }
    return render(request, "deadlines/list.html", context)


@require_safe
def month(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One month as a table of weeks; on a phone, as a list of its days."""
    who, today = actor(request.user, request=request), timezone.localdate()
    queries.may_see(who, today).require()
    try:
        first = date(year, number, 1)
    except ValueError:
        raise Http404 from None
    following = (first + timedelta(days=32)).replace(day=1)
    last = following - timedelta(days=1)
    found = queries.everything_due(who, queries.Asked(today, max(last, today)))
    by_day: dict[date, list[dict[str, object]]] = {}
    for one in found:
        by_day.setdefault(one.on, []).append(_line(one, {}))
    weeks = [
        [{"day": day, "inside": day.month == number, "due": by_day.get(day, [])} for day in week]
        for week in Calendar(firstweekday=6).monthdatescalendar(year, number)
    ]
    context = {
        "first": first,
        "weeks": weeks,
        "before": first - timedelta(days=1),
        "after": following,
        "today": today,
    }
    return render(request, "deadlines/month.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The same as a calendar file, with the same filter."""
    who, today = actor(request.user, request=request), timezone.localdate()
    found = queries.everything_due(who, _asked(request, today))
    site = request.build_absolute_uri("/").rstrip("/")
    text = icalendar(found, site=site, made=datetime.now(UTC))
    headers = {
        "Content-Disposition": 'attachment; filename="cairn-deadlines.ics"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@require_safe
def lapse(request: HttpRequest) -> HttpResponse:
    """If this agreement lapses on that day, what stops? Asks the rules, and changes nothing."""
    who, today = actor(request.user, request=request), timezone.localdate()
    queries.may_see(who, today).require()
    form = LapseForm(request.GET or None, agreements=choices(who, today))
    found = None
    if form.is_valid():
        given = form.cleaned_data
        found = simulate(who, given["agreement"], given["on"], today)
    names = queries.names()
    duties = [
        {
            "due": duty.due,
            "owner": names.get(duty.owner, duty.owner),
            "holders": sorted(names.get(slug, slug) for slug in duty.holders),
            "things": len(duty.references),
        }
        for duty in (found.destroyed if found else ())
    ]
    context = {
        "form": form,
        "found": found,
        "stopped": [
            {
                "stop": stop,
                "kind": _USES[stop.kind][0],
                "opens": may_open(_USES[stop.kind][1], who, on=today).allowed,
                "reasons": _told(
                    stop.reasons, hearer(who, agreed.owners(stop.agreements, today), today)
                ),
            }
            for stop in (found.stopped if found else ())
        ],
        "duties": duties,
        "today": today,
    }
    status = 422 if form.errors else 200
    return render(request, "deadlines/lapse.html", context, status=status)


_USES = {
    UseKind.DELIVERY: (_("delivery"), Action.VIEW_DELIVERY),
    UseKind.LINK: (_("linking"), Action.VIEW_LINKAGE),
    UseKind.PROJECT: (_("project"), Action.VIEW_PROJECT),
    UseKind.RELEASE: (_("release"), Action.VIEW_RELEASE),
}
"""What a use is called, and who may open its page."""


def _told(reasons: tuple[Reason, ...], audience: Audience) -> list[dict[str, str]]:
    """Reasons in one audience's words, each sentence once; what to do is for stewards, and the
    law's paragraph for whoever does not learn the class of a record by it."""
    inside = audience is Audience.STEWARD
    lines = {
        reason.told(audience): {
            "message": reason.told(audience),
            "next_step": reason.next_step if inside else "",
            "citation": reason.card.citation if inside or not tells_a_class(reason) else "",
        }
        for reason in reasons
    }
    return list(lines.values())


def _asked(request: HttpRequest, today: date) -> queries.Asked:
    kind = request.GET.get("kind", "")
    return queries.Asked(
        on=today,
        until=today + timedelta(days=_YEAR),
        kind=kind if kind in set(DueKind) else "",
        organization=request.GET.get("organization", "")[:60],
    )


def _by_month(
    found: list[Due], names: Mapping[str, str]
) -> list[tuple[date, int, list[list[dict[str, object]]]]]:
    """Each month with how much is due in it, and its runs: what is alike and of one day."""
    months = []
    for first, those in groupby(found, key=lambda one: one.on.replace(day=1)):
        every = list(those)
        alike = groupby(every, key=lambda one: (one.on, one.kind))
        runs = [[_line(one, names) for one in run] for _alike, run in alike]
        months.append((first, len(every), runs))
    return months


def _line(one: Due, names: Mapping[str, str]) -> dict[str, object]:
    acting = [names.get(slug, slug) for slug in queries.acting(one)]
    return {"due": one, "kind": KINDS[DueKind(one.kind)], "acting": ", ".join(acting)}
