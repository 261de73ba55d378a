"""Pages about providers' data dictionaries."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.models import User
from cairn.dictionaries import actions, queries
from cairn.dictionaries.forms import ClassForm, ImportForm
from cairn.dictionaries.models import DataDictionary, DataElement
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action, IdentifierClass, SpecialClass


@require_safe
def dictionary_list(request: HttpRequest) -> HttpResponse:
    """Every data set that partners have described."""
    who, today = actor(request.user, request=request), timezone.localdate()
    context = {
        "dictionaries": queries.listed(who, today),
        "may_import": may_open(Action.CHANGE_DICTIONARY, who, on=today).allowed,
        "today": today,
    }
    return render(request, "dictionaries/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_dictionary(request: HttpRequest) -> HttpResponse:
    """Takes a dictionary file, and shows what was found in it."""
    who, now = actor(request.user, request=request), timezone.localtime()
    organizations = queries.importable(who, now.date())
    form = ImportForm(request.POST or None, request.FILES or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        imported = actions.import_dictionary(
            organization=form.cleaned_data["organization"],
            name=file.name,
            content=file.read(),
            by=cast("User", request.user),
            at=now,
            who=who,
        )
        found = imported.report.elements
        told = ngettext("%(n)d element is on record.", "%(n)d elements are on record.", found)
        messages.success(request, told % {"n": found})
        if len(imported.dictionaries) == 1:
            return redirect("dictionaries:detail", pk=imported.dictionaries[0].pk)
        return redirect("dictionaries:list")
    status = 422 if form.errors else 200
    return render(request, "dictionaries/import.html", {"form": form}, status=status)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One data set: its elements, the guesses, and what was odd in the file."""
    who, today = actor(request.user, request=request), timezone.localdate()
    only = request.GET.get("show") == "waiting"
    try:
        opened = queries.opened(pk, who, today, only_unconfirmed=only)
    except DataDictionary.DoesNotExist as error:
        raise Http404 from error
    context = {"opened": opened, "only_waiting": only, "today": today}
    return render(request, "dictionaries/detail.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The guesses that a person ticked become classes."""
    who, now = actor(request.user, request=request), timezone.localtime()
    try:
        opened = queries.opened(pk, who, now.date())
    except DataDictionary.DoesNotExist as error:
        raise Http404 from error
    ticked = [int(value) for value in request.POST.getlist("element") if value.isdecimal()]
    changed = actions.confirm(
        dictionary=opened.row, elements=ticked, by=cast("User", request.user), at=now, who=who
    )
    told = ngettext("%(n)d class is confirmed.", "%(n)d classes are confirmed.", changed)
    messages.success(request, told % {"n": changed})
    return redirect("dictionaries:detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def classify(request: HttpRequest, pk: int) -> HttpResponse:
    """One element: what its dictionary says, what was guessed and why, and a person's word."""
    who, now = actor(request.user, request=request), timezone.localtime()
    try:
        element = queries.changeable(pk, who, now.date())
    except DataElement.DoesNotExist as error:
        raise Http404 from error
    by = cast("User", request.user)
    if request.method == "POST" and "undo" in request.POST:
        actions.unconfirm(element=element, by=by, at=now, who=who)
        messages.success(request, _("The element counts as identifying again."))
        return redirect("dictionaries:detail", pk=element.dictionary_id)
    before = {
        "identifier": element.identifier,
        "special": element.special,
        "matched": element.matched,
    }
    sent = request.method == "POST"
    form = ClassForm(request.POST if sent else None, initial=before)
    if sent and form.is_valid():
        actions.classify(
            element=element,
            identifier=IdentifierClass(form.cleaned_data["identifier"]),
            special=[SpecialClass(value) for value in form.cleaned_data["special"]],
            matched=form.cleaned_data["matched"],
            by=by,
            at=now,
            who=who,
        )
        messages.success(request, _("%(name)s is classified.") % {"name": element.name})
        return redirect("dictionaries:detail", pk=element.dictionary_id)
    context = {"element": element, "form": form}
    status = 422 if form.errors else 200
    return render(request, "dictionaries/classify.html", context, status=status)
