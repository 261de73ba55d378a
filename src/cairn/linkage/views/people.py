"""Pages of single people of the index, for reviewers: who may be two children, and one of them."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cairn.accounts.models import User
from cairn.linkage import actions
from cairn.linkage.forms import PartForm
from cairn.linkage.models import Record
from cairn.linkage.models.review import NEVER
from cairn.linkage.queries import latest
from cairn.linkage.queries import people as queries
from cairn.linkage.queries.relatives import family, work
from cairn.linkage.queries.trust import ALARMS
from cairn.linkage.views.following import look_at, say_whether_it_follows
from cairn.partners.facts import actor
from cairn.rules.linkage import may_review_matches
from cairn.warehouse.person.alarms import Alarm

_A_PAGE = 50


@require_GET
def alarm(request: HttpRequest, alarm: str) -> HttpResponse:
    """The people of whom one sign was raised."""
    _ask(request)
    if alarm not in set(Alarm):
        raise Http404
    page = Paginator(queries.with_sign(alarm), _A_PAGE).get_page(request.GET.get("page"))
    context = {"said": ALARMS[Alarm(alarm)], "page": page, "as_of": timezone.localdate()}
    return render(request, "linkage/alarm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: str) -> HttpResponse:
    """One person: the values that stand for her and why, her records, what happened; records that
    are another child's can be parted from hers. A retired id leads to the one that stands."""
    _ask(request)
    row = get_object_or_404(queries.with_names(), pk=pk)
    if row.merged_into:
        return redirect("linkage:person", row.merged_into)
    complete = look_at(request, row)
    shown = queries.person(row)
    form = PartForm(request.POST or None, choices=shown.choices)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["records"]
        rows = Record.objects.in_bulk([number for number, _label in shown.choices])
        try:
            actions.decide(
                kind=NEVER,
                one=[rows[n] for n in rows if n not in chosen],
                other=[rows[n] for n in chosen],
                why=form.cleaned_data["why"],
                by=cast("User", request.user),
                at=timezone.now(),
            )
        except actions.Contradicts as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("They are parted, and stay so."))
            say_whether_it_follows(request)
        return redirect("linkage:person", pk)
    context = {
        "shown": shown,
        "sheet": shown.sheet,
        "run": latest(),
        "form": form,
        "family": family(row),
        "today": timezone.now(),
        "work": None if complete else work(),
    }
    return render(request, "linkage/person.html", context)


def _ask(request: HttpRequest) -> None:
    who = actor(request.user, request=request)
    may_review_matches(who, timezone.localdate()).require()
