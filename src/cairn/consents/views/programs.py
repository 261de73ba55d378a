"""A program's page: which of its children it may see today, for what, and nobody else."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.consents.actions import rosters
from cairn.consents.forms.consents import RosterForm
from cairn.consents.models import RosterEntry
from cairn.consents.queries import consents as queries
from cairn.consents.queries import program as roster_queries
from cairn.consents.sealing import Label
from cairn.consents.views.asking import Asking, asking, status
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Action


@require_safe
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """Roster and consent: the children whose families said yes, with elements and purposes."""
    ask = asking(request)
    row = get_object_or_404(_programs(ask, Action.VIEW_CONSENTS), slug=slug)
    context = {"roster": roster_queries.roster(row, ask.who, ask.today), "today": ask.today}
    return render(request, "consents/program.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that puts children on the roster."""
    ask = asking(request)
    row = get_object_or_404(_programs(ask, Action.RECORD_CONSENT), slug=slug)
    form = RosterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lines = [line.partition(",") for line in form.cleaned_data["children"].splitlines()]
        n = rosters.serve(
            program=row,
            district=form.cleaned_data["district"],
            children=[Label(i.strip(), name.strip()) for i, _comma, name in lines if i.strip()],
            by=ask.user,
            at=ask.now,
            who=ask.who,
        )
        told = ngettext("%(n)d child is new on the roster.", "%(n)d are new on the roster.", n)
        messages.success(request, told % {"n": n})
        return redirect("consents:program", slug=slug)
    context = {"form": form, "program": row}
    return render(request, "consents/roster.html", context, status=status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then ends a child's time on the roster."""
    ask = asking(request)
    mine = _programs(ask, Action.RECORD_CONSENT)
    entry = get_object_or_404(RosterEntry, pk=pk, organization__in=mine, ends=None)
    slug = entry.organization.slug
    if request.method == "POST":
        rosters.no_longer_serve(entry=entry, by=ask.user, at=ask.now, who=ask.who)
        messages.success(request, _("The child is no longer on the roster after today."))
        return redirect("consents:program", slug=slug)
    # A child that the program may not see today is not named here either.
    seen = roster_queries.roster(entry.organization, ask.who, ask.today).visible
    context = {
        "entry": entry,
        "child": next((one.child for one in seen if one.entry == entry), None),
        "consequences": [_("From tomorrow on the program sees nothing new of this child.")],
        "back": reverse("consents:program", args=[slug]),
    }
    return render(request, "consents/leave.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def claims(request: HttpRequest) -> HttpResponse:
    """Lists that programs keep themselves, for the children's own district to confirm or strike."""
    ask = asking(request)
    if request.method == "POST":
        messages.success(request, _answered(request, ask))
        return redirect("consents:claims")
    found = roster_queries.claims(ask.who, ask.today)
    return render(request, "consents/claims.html", {"found": found, "today": ask.today})


def _answered(request: HttpRequest, ask: Asking) -> str:
    """Confirm or strike what was chosen, one district at a time, and say how many."""
    strikes = request.POST.get("answer") == "strike"
    do = rosters.strike if strikes else rosters.confirm
    chosen = [pk for pk in request.POST.getlist("entry") if pk.isdecimal()]
    rows = list(roster_queries.to_confirm(ask.who, ask.today).filter(pk__in=chosen))
    n = 0
    for district in {row.child.organization for row in rows}:
        mine = [row for row in rows if row.child.organization == district]
        n += do(district=district, entries=mine, by=ask.user, at=ask.now, who=ask.who)
    if strikes:
        told = ngettext("%(n)d child is off the list.", "%(n)d children are off the list.", n)
    else:
        told = ngettext("%(n)d child is confirmed.", "%(n)d children are confirmed.", n)
    return told % {"n": n}


def _programs(ask: Asking, action: Action) -> QuerySet[Organization]:
    return queries.organizations(action, ask.who, ask.today)
