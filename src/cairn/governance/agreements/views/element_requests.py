"""Pages on which a draft's writer asks for a data element, and the data owner answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.agreements.actions import element_requests as actions
from cairn.governance.agreements.forms.element_request import (
    DictionaryRequestForm,
    ElementAnswerForm,
)
from cairn.governance.agreements.models import DictionaryRequest
from cairn.governance.agreements.queries import draft_choices, element_requests
from cairn.governance.agreements.views import request_context
from cairn.governance.partners.api import Organization


@require_POST
def request_draft_element(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a data owner for an element, or mark the answer as read."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    if "read" in request.POST:
        read = request.POST["read"]
        asked = get_object_or_404(opened.row.element_requests, pk=read if read.isdecimal() else 0)
        actions.mark_element_answer_read(request=asked, by=requester.user, at=requester.at)
        return redirect("agreements:step", pk=pk, step="data")
    owners = draft_choices.list_owner_choices(opened.reading.terms)
    form = DictionaryRequestForm(request.POST, owners=owners)
    owner = get_object_or_404(Organization, slug=request.POST.get("owner", ""))
    if form.is_valid():
        actions.request_element(
            draft=opened.row,
            owner=owner,
            element=form.cleaned_data["element"],
            description=form.cleaned_data["description"],
            by=requester.user,
            at=requester.at,
        )
        messages.success(request, _("You asked %(owner)s.") % {"owner": owner.name})
    else:
        for field, errors in form.errors.items():
            messages.error(request, f"{form.fields[field].label}: {errors[0]}")
    return redirect("agreements:step", pk=pk, step="data")


@require_http_methods(["GET", "HEAD", "POST"])
def element_request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a request for a data element, for the data owner."""
    requester = request_context.identify_requester(request)
    try:
        asked = element_requests.find_answerable_request(pk, requester.who, requester.on)
    except DictionaryRequest.DoesNotExist as error:
        raise Http404 from error
    form = ElementAnswerForm(
        request_context.get_submitted_data(request),
        request=asked,
        elements=element_requests.list_serving_choices(asked),
    )
    if request.method == "POST" and form.is_valid():
        actions.answer_element_request(
            request=asked, by=requester.user, at=requester.at, **form.cleaned_data
        )
        messages.success(request, _("You answered the request."))
        return redirect("web:home")
    status = 422 if form.errors else 200
    context = {"asked": asked, "form": form}
    return render(request, "agreements/element_request.html", context, status=status)
