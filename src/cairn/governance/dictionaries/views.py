"""Pages about providers' data dictionaries."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.dictionaries import actions, queries
from cairn.governance.dictionaries.forms import DictionaryImportForm, ElementClassForm
from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.governance.dictionaries.tables import DictionaryTable
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, IdentifierClass, SpecialClass


@require_safe
def dictionary_list(request: HttpRequest) -> HttpResponse:
    """List every data set that partners have described."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    table = build_list_table(
        DictionaryTable,
        queries.list_dictionaries(who, today),
        request,
        links_partners=may_open_page(Action.VIEW_PARTNERS, who, on=today).allowed,
    )
    if is_download_requested(table, request):
        return write_csv_response(table, f"data-dictionaries-{today}")
    context = {
        "table": table,
        "may_import": may_open_page(Action.CHANGE_DICTIONARY, who, on=today).allowed,
        "today": today,
    }
    return render(request, "dictionaries/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dictionary_import(request: HttpRequest) -> HttpResponse:
    """Import a dictionary file, and show what was found in it."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    organizations = queries.list_dictionary_importers(who, now.date())
    form = DictionaryImportForm(
        request.POST or None,
        request.FILES or None,
        organizations=organizations,
        initial={"organization": request.GET.get("organization")},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        imported = actions.import_dictionary(
            organization=form.cleaned_data["organization"],
            name=file.name,
            content=file.read(),
            by=cast("User", request.user),
            at=now,
            dictionary_file=form.read,
        )
        element_count = imported.report.elements
        message = ngettext(
            "%(n)d data element imported.", "%(n)d data elements imported.", element_count
        )
        messages.success(request, message % {"n": element_count})
        if len(imported.dictionaries) == 1:
            return redirect("dictionaries:detail", pk=imported.dictionaries[0].pk)
        return redirect("dictionaries:list")
    status = 422 if form.errors else 200
    return render(request, "dictionaries/import.html", {"form": form}, status=status)


@require_safe
def dictionary_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one data set: its elements, the guesses, and the report on the file."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    only = request.GET.get("show") == "waiting"
    try:
        dictionary = queries.open_dictionary(pk, who, today, only_unconfirmed=only)
    except DataDictionary.DoesNotExist as error:
        raise Http404 from error
    context = {"opened": dictionary, "only_waiting": only, "today": today}
    return render(request, "dictionaries/detail.html", context)


@require_POST
def confirm_classes(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the guessed classes that a person ticked."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    try:
        dictionary = queries.open_dictionary(pk, who, now.date())
    except DataDictionary.DoesNotExist as error:
        raise Http404 from error
    ticked = [int(value) for value in request.POST.getlist("element") if value.isdecimal()]
    changed = actions.confirm_guessed_classes(
        dictionary=dictionary.row, elements=ticked, by=cast("User", request.user), at=now
    )
    message = ngettext(
        "%(n)d classification confirmed.", "%(n)d classifications confirmed.", changed
    )
    messages.success(request, message % {"n": changed})
    return redirect("dictionaries:detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def element_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one element with its guess and the reasons for it, and let a person classify it."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    try:
        element = queries.find_changeable_element(pk, who, now.date())
    except DataElement.DoesNotExist as error:
        raise Http404 from error
    by = cast("User", request.user)
    if request.method == "POST" and "undo" in request.POST:
        actions.withdraw_class_confirmation(element=element, by=by, at=now)
        messages.success(
            request,
            _(
                "Confirmation withdrawn. Cairn treats the data element as a direct identifier "
                "again."
            ),
        )
        return redirect("dictionaries:detail", pk=element.dictionary_id)
    initial = {
        "identifier": element.identifier,
        "special": element.special,
        "matched": element.matched,
    }
    is_submitted = request.method == "POST"
    form = ElementClassForm(request.POST if is_submitted else None, initial=initial)
    if is_submitted and form.is_valid():
        actions.classify_element(
            element=element,
            identifier=IdentifierClass(form.cleaned_data["identifier"]),
            special=[SpecialClass(value) for value in form.cleaned_data["special"]],
            matched=form.cleaned_data["matched"],
            by=by,
            at=now,
        )
        messages.success(request, _("Classification of %(name)s saved.") % {"name": element.name})
        return redirect("dictionaries:detail", pk=element.dictionary_id)
    context = {"element": element, "form": form}
    status = 422 if form.errors else 200
    return render(request, "dictionaries/classify.html", context, status=status)
