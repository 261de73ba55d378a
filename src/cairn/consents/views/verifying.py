"""Pages of the district: consents that wait to be verified."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cairn.consents.actions import verifying
from cairn.consents.forms.consents import ReasonForm
from cairn.consents.models import Consent
from cairn.consents.queries import consents as queries
from cairn.consents.views.asking import Asking, asking

_A_PAGE = 200


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What was collected and does not count yet, oldest first."""
    ask = asking(request)
    rows = queries.to_verify(ask.who, ask.today)
    context = {
        "read": queries.read(rows[:_A_PAGE], ask.today),
        "more": max(rows.count() - _A_PAGE, 0),
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
    form = ReasonForm(request.POST if "confirmed" in request.POST and sends_back else None)
    if "confirmed" in request.POST and (not sends_back or form.is_valid()):
        messages.success(request, _done(ask, rows, form if sends_back else None))
        return redirect("consents:queue")
    context = {
        "read": queries.read(rows, ask.today),
        "sends_back": sends_back,
        "form": form if sends_back else None,
    }
    return render(request, "consents/decide.html", context)


def _done(ask: Asking, rows: Sequence[Consent], form: ReasonForm | None) -> str:
    """Do it, one district at a time, and say how many."""
    n = 0
    for organization in {row.child.organization for row in rows}:
        mine = [row for row in rows if row.child.organization == organization]
        if form is None:
            n += verifying.verify(
                organization=organization, consents=mine, by=ask.user, at=ask.now, who=ask.who
            )
        else:
            n += verifying.send_back(
                organization=organization,
                consents=mine,
                because=form.cleaned_data["because"],
                by=ask.user,
                at=ask.now,
                who=ask.who,
            )
    if form is None:
        return ngettext("%(n)d consent counts now.", "%(n)d consents count now.", n) % {"n": n}
    return ngettext("%(n)d consent was sent back.", "%(n)d consents were sent back.", n) % {"n": n}
