"""Pages of the district: consents that wait to be verified."""

from collections.abc import Iterator

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cairn.consents.actions import verifying
from cairn.consents.forms.consents import ReasonForm, VerifyForm
from cairn.consents.models import Consent
from cairn.consents.queries import consents as queries
from cairn.consents.views.asking import Asking, asking, status
from cairn.partners.models import Organization

_A_PAGE = 200


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What was collected and does not count yet, oldest first; with `all`, every one is chosen."""
    ask = asking(request)
    rows = queries.to_verify(ask.who, ask.today)
    context = {
        "read": queries.read(rows[:_A_PAGE], ask.today),
        "more": max(rows.count() - _A_PAGE, 0),
        "all": "all" in request.GET,
        "today": ask.today,
    }
    return render(request, "consents/queue.html", context)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Shows what was chosen and asks; then verifies, or sends back with a reason."""
    ask = asking(request)
    chosen = request.POST.getlist("consent")
    rows = list(queries.to_verify(ask.who, ask.today).filter(reference__in=chosen))
    if not rows:
        messages.warning(request, _("Choose at least one consent."))
        return redirect("consents:queue")
    sends_back = request.POST.get("answer") == "return"
    given = request.POST if "confirmed" in request.POST else None
    open_ = [row for row in rows if row.child.postsecondary is None]
    form = ReasonForm(given) if sends_back else VerifyForm(given, unknown=len(open_))
    if form.is_valid():
        told = _sent_back(ask, rows, form) if sends_back else _verified(ask, rows, open_, form)
        messages.success(request, told)
        return redirect("consents:queue")
    context = {"read": queries.read(rows, ask.today), "sends_back": sends_back, "form": form}
    return render(request, "consents/decide.html", context, status=status(form))


def _verified(ask: Asking, rows: list[Consent], open_: list[Consent], form: BaseForm) -> str:
    """Verify them, one district at a time, and say how many; what was left open is said too."""
    stated = open_ if form.cleaned_data.get("college") == "none" else []
    n = 0
    for organization, mine in _by_district(rows):
        n += verifying.verify(
            organization=organization,
            consents=mine,
            no_college=stated,
            by=ask.user,
            at=ask.now,
            who=ask.who,
        )
    told = ngettext("%(n)d consent is verified.", "%(n)d consents are verified.", n) % {"n": n}
    if not (left := len(open_) - len(stated)):
        return told
    waits = ngettext(
        "%(n)d does not count yet: say on the child's page whether the student attends a college.",
        "%(n)d do not count yet: say on each child's page whether the student attends a college.",
        left,
    )
    return f"{told} {waits % {'n': left}}"


def _sent_back(ask: Asking, rows: list[Consent], form: BaseForm) -> str:
    """Send them back, one district at a time, and say how many."""
    n = 0
    for organization, mine in _by_district(rows):
        n += verifying.send_back(
            organization=organization,
            consents=mine,
            because=form.cleaned_data["because"],
            by=ask.user,
            at=ask.now,
            who=ask.who,
        )
    return ngettext("%(n)d consent was sent back.", "%(n)d consents were sent back.", n) % {"n": n}


def _by_district(rows: list[Consent]) -> Iterator[tuple[Organization, list[Consent]]]:
    for organization in {row.child.organization for row in rows}:
        yield organization, [row for row in rows if row.child.organization == organization]
