"""Pages of what arrived: the list, the upload, one delivery."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.models import User
from cairn.agreements import queries as agreements
from cairn.intake import actions, queries
from cairn.intake.actions import Result
from cairn.intake.forms import UploadForm
from cairn.intake.models import Delivery
from cairn.intake.page import Page
from cairn.intake.tasks import ask_to_check
from cairn.intake.uploading import Unrecognized, mapping_for
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action, Channel, DeliveryState
from cairn.warehouse.read import Unreadable

_A_PAGE = 50


def signed_in(request: HttpRequest) -> User:
    """The person; a view calls it after the rules have refused everyone else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def seen(request: HttpRequest, who: Actor, pk: int) -> Delivery:
    """The delivery with this number, if it is among those that this person may see."""
    today = timezone.localdate()
    may_open(Action.VIEW_DELIVERY, who, on=today).require()
    return get_object_or_404(queries.deliveries(who, today), pk=pk)


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """What partners sent, newest first, narrowed to the asker's organizations."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.VIEW_DELIVERY, who, on=today).require()
    show = request.GET.get("show", "")
    rows = _narrowed(queries.deliveries(who, today), show)
    context = {
        "page": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")),
        "show": show,
        "may_send": bool(queries.organizations(Action.RECEIVE, who, today)),
        "as_of": today,
    }
    return render(request, "intake/deliveries.html", context)


def _narrowed(rows: QuerySet[Delivery], show: str) -> QuerySet[Delivery]:
    if show == "aside":
        return queries.set_aside(rows)
    if show == "due":
        return queries.overdue(rows, timezone.localdate())
    if show == "refused":
        return rows.filter(state=DeliveryState.REFUSED)
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A file comes in. It stays in memory; only covered columns are ever written."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_open(Action.RECEIVE, who, on=now.date()).require()
    organizations = queries.organizations(Action.RECEIVE, who, now.date())
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        organizations=organizations,
        agreements=agreements.agreements(who, now.date()),
    )
    if request.method == "POST" and form.is_valid():
        row = _received(request, form, who)
        if row is not None:
            return redirect("intake:delivery", row.pk)
    feeds = sorted({saved.feed for o in organizations for saved in queries.saved_mappings(o)})
    context = {"form": form, "feeds": feeds}
    return render(request, "intake/upload.html", context, status=422 if form.errors else 200)


def _received(request: HttpRequest, form: UploadForm, who: Actor) -> Delivery | None:
    given, by = form.cleaned_data, signed_in(request)
    organization, file = given["organization"], given["file"]
    listed = agreements.agreement(given["agreement"], who, timezone.localdate())
    content = file.read()
    try:
        mapping = mapping_for(organization, given["feed"], given["record"], file.name, content)
    except (Unreadable, Unrecognized) as problem:
        form.add_error("file", str(problem))
        return None
    received = actions.receive(
        name=file.name,
        content=content,
        organization=organization,
        agreement=listed.row,
        feed=given["feed"],
        period=given["period"].strip(),
        channel=Channel.UPLOAD,
        mapping=mapping,
        by=by,
        at=timezone.localtime(),
        synthetic=given["synthetic"],
        who=who,
        then=lambda row: ask_to_check(row, by),
    )
    _say(request, received.result)
    return received.delivery


def _say(request: HttpRequest, result: Result) -> None:
    if result is Result.AGAIN:
        messages.info(request, _("This file is here already. Nothing was changed."))
    elif result is Result.REPLACED:
        messages.success(request, _("The file was received. It replaces the earlier one."))
    elif result is Result.NEW:
        messages.success(request, _("The file was received."))


@require_safe
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: its state, what was kept and dropped, the decision, by whom and until when."""
    who, today = actor(request.user, request=request), timezone.localdate()
    row = seen(request, who, pk)
    context = {
        "page": Page.of(row, who, today),
        "delivery": row,
        "audience": hearer(who, frozenset({row.organization.slug}), today),
    }
    return render(request, "intake/delivery.html", context)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the worker to check a delivery whose check was interrupted, or to check one again."""
    who = actor(request.user, request=request)
    row = seen(request, who, pk)
    may_open(
        Action.CONFORM, who, organization=row.organization.slug, on=timezone.localdate()
    ).require()
    if row.state == DeliveryState.CONFORMED:
        row = actions.check_again(
            delivery=row, by=signed_in(request), at=timezone.localtime(), who=who
        )
    ask_to_check(row, signed_in(request))
    return redirect("intake:delivery", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then takes a delivery back."""
    who, now = actor(request.user, request=request), timezone.localtime()
    row = seen(request, who, pk)
    may_open(
        Action.WITHDRAW_DELIVERY, who, organization=row.organization.slug, on=now.date()
    ).require()
    if request.method == "POST":
        by = signed_in(request)
        taken = actions.withdraw(delivery=row, by=by, at=now, who=who)
        if taken.supersedes:
            ask_to_check(taken.supersedes, by)
        messages.success(request, _("The delivery was withdrawn. Its rows count no longer."))
        return redirect("intake:delivery", row.pk)
    consequences = [
        _("Its rows no longer count in anything that is linked or counted from now on."),
        _("What was published already stays as it is until it is counted anew."),
        _("The record of the delivery stays, with your name and this time."),
    ]
    if row.supersedes:
        consequences.insert(0, _("The file that it replaced counts again."))
    context = {
        "delivery": row,
        "consequences": consequences,
        "back": reverse("intake:delivery", args=[row.pk]),
    }
    return render(request, "intake/withdraw.html", context)
