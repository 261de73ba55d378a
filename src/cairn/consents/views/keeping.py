"""Pages of a school: its children's tribal nations, and what it keeps back for a child."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.consents.actions import keeping as actions
from cairn.consents.forms.keeping import KeptBackForm, NationsForm, OfChildForm, StatementForm
from cairn.consents.models import Child, Says, Subject
from cairn.consents.queries import consents as queries
from cairn.consents.queries import keeping
from cairn.consents.sealing import label
from cairn.consents.views.asking import asking, status
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action

Form = StatementForm | NationsForm | KeptBackForm


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """What each school of the asker has said, and for how many children something is recorded."""
    ask = asking(request)
    context = {"schools": keeping.schools(ask.who, ask.today), "today": ask.today}
    return render(request, "consents/keeping.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """A school says of all its children what its records hold."""

    def act(form: StatementForm, **asked: Any) -> str:
        given = form.cleaned_data
        subject, says = Subject(given["subject"]), Says(given["says"])
        actions.state(organization=given["organization"], subject=subject, says=says, **asked)
        return _("It is on record, with your name, and counts from now on.")

    title, action = _("What your records hold"), Action.STATE_OF_CHILDREN
    return _page(request, StatementForm, act, title, action)


@require_http_methods(["GET", "HEAD", "POST"])
def nations(request: HttpRequest) -> HttpResponse:
    """To which tribal nations children belong."""

    def act(form: NationsForm, **asked: Any) -> str:
        given = form.cleaned_data
        n = actions.record_nations(
            organization=given["organization"],
            local_ids=given["local_ids"],
            nations=given["nations"],
            **asked,
        )
        return _recorded(n)

    return _page(request, NationsForm, act, _("Tribal nations of children"))


@require_http_methods(["GET", "HEAD", "POST"])
def kept_back(request: HttpRequest) -> HttpResponse:
    """What a school keeps back for children."""

    def act(form: KeptBackForm, **asked: Any) -> str:
        given = form.cleaned_data
        n = actions.keep_back(
            organization=given["organization"],
            local_ids=given["local_ids"],
            elements=form.kept,
            **asked,
        )
        return _recorded(n)

    return _page(request, KeptBackForm, act, _("Keep something back for children"))


@require_http_methods(["GET", "HEAD", "POST"])
def of_child(request: HttpRequest, pk: int) -> HttpResponse:
    """What the school says of one child: its nations, and what is kept back for it."""
    ask = asking(request)
    mine = queries.organizations(Action.VERIFY_CONSENT, ask.who, ask.today)
    child = get_object_or_404(Child, pk=pk, organization__in=mine)
    told = label(child.key, child.sealed)
    # Nothing chosen is an answer too: then the child has no nation, and nothing is kept back.
    sent = request.POST if request.method == "POST" else None
    form = OfChildForm(sent, child=child)
    if form.is_valid():
        about: dict[str, Any] = {
            "organization": child.organization,
            "local_ids": [told.local_id],
            "by": ask.user,
            "at": ask.now,
            "who": ask.who,
        }
        actions.record_nations(nations=form.cleaned_data["nations"], **about)
        actions.keep_back(elements=form.kept, **about)
        messages.success(request, _recorded(1))
        return redirect("consents:of_child", pk=pk)
    context = {"form": form, "title": told, "today": ask.today}
    return render(request, "consents/keeping_form.html", context, status=status(form))


def _page(
    request: HttpRequest,
    kind: type[Any],
    act: Callable[..., str],
    title: str,
    action: Action = Action.VERIFY_CONSENT,
) -> HttpResponse:
    """One form of a school's steward, and what it does."""
    ask = asking(request)
    mine = queries.organizations(action, ask.who, ask.today)
    form: Form = kind(request.POST or None, organizations=mine)
    if request.method == "POST" and form.is_valid():
        messages.success(request, act(form, by=ask.user, at=ask.now, who=ask.who))
        sees = may_open(Action.VERIFY_CONSENT, ask.who, on=ask.today).allowed
        return redirect("consents:keeping" if sees else request.path)
    context = {"form": form, "title": title, "today": ask.today}
    return render(request, "consents/keeping_form.html", context, status=status(form))


def _recorded(n: int) -> str:
    return ngettext(
        "It is on record for %(n)d child.", "It is on record for %(n)d children.", n
    ) % {"n": n}
