"""Pages of file requests: ask a partner's person for a file, and the page behind the link."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cairn.data.intake import facts, queries
from cairn.data.intake.actions import file_requests, receipt
from cairn.data.intake.feed_recognition import UnrecognizedFile
from cairn.data.intake.file_requests.link_upload import (
    RequestedColumns,
    RequestedFileUpload,
    SentFileRefusal,
    list_covered_labels,
    receive_requested_file,
)
from cairn.data.intake.file_requests.request_email import email_request_link
from cairn.data.intake.forms import FileRequestForm, RequestedFileForm
from cairn.data.intake.models import DeliveryStateConflict, FileRequest
from cairn.data.intake.proposals.fixed_width_files import UnreadableWidthLayout
from cairn.data.intake.tasks import enqueue_delivery_check
from cairn.data.intake.views.deliveries import require_signed_in_user
from cairn.governance.agreements.api import (
    LEGAL_BASIS_PHRASES,
    find_visible_agreement,
    list_visible_agreements,
)
from cairn.governance.consents.api import compute_school_year
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.notifications.api import is_email_on
from cairn.platform.storage.api import open_uploaded_content
from cairn.policy.facts import Actor
from cairn.policy.questions import list_reasons_for_sender, may_open_page, may_withdraw_file_request
from cairn.policy.vocabulary import Action, Channel
from cairn.warehouse.schema import UnreadableFile

_GONE: Final = 410


@require_safe
def file_request_list(request: HttpRequest) -> HttpResponse:
    """List the files that partners were asked for, newest first."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.REQUEST_FILE, requester, on=today).require()
    context = {
        "file_requests": queries.filter_visible_file_requests(requester, today),
        "as_of": today,
    }
    return render(request, "intake/file_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def file_request_new(request: HttpRequest) -> HttpResponse:
    """Ask a named person of a partner for a file, and email them the link."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.REQUEST_FILE, requester, on=now.date()).require()
    form = FileRequestForm(
        request.POST or None,
        initial={
            "organization": request.GET.get("organization"),
            "agreement": request.GET.get("agreement"),
            "period": compute_school_year(now.date()),
        },
        organizations=queries.list_organizations_for_action(
            Action.REQUEST_FILE, requester, now.date()
        ),
        agreements=list_visible_agreements(requester, now.date()),
        today=now.date(),
    )
    if request.method == "POST" and form.is_valid() and _covers_record_type(form, requester):
        return _ask_for_file(request, form, requester)
    context = {"form": form, "is_email_on": is_email_on()}
    return render(
        request, "intake/file_request_new.html", context, status=422 if form.errors else 200
    )


def _covers_record_type(form: FileRequestForm, requester: Actor) -> bool:
    """Return whether the agreement covers some column of the record type, else add an error."""
    data = form.cleaned_data
    listing = find_visible_agreement(data["agreement"], requester, timezone.localdate())
    if list_covered_labels(listing.terms, data["record"], data["organization"].slug):
        return True
    text = _("The agreement covers no column of this record type from this organization.")
    form.add_error("record", text)
    return False


def _ask_for_file(request: HttpRequest, form: FileRequestForm, requester: Actor) -> HttpResponse:
    data, by, now = form.cleaned_data, require_signed_in_user(request), timezone.localtime()
    is_emailed = is_email_on()
    submission = facts.Submission(
        organization=data["organization"],
        agreement=find_visible_agreement(data["agreement"], requester, now.date()).row,
        channel=Channel.UPLOAD,
        by=by,
        at=now,
        feed=data["feed"],
        period=data["period"].strip(),
        part=data["part"],
        synthetic=data.get("synthetic", "").strip(),
        requester=requester,
        sender_email=data["email"] if is_emailed else "",
    )
    details = file_requests.FileRequestDetails(
        name=data["name"].strip(),
        email=data["email"],
        is_emailed=is_emailed,
        record=data["record"],
        due_on=data["due_on"],
        language=data["language"] or "en",
    )
    made = file_requests.ask_for_file(submission=submission, details=details, by=by, at=now)
    link = request.build_absolute_uri(reverse("intake:requested_file", args=[made.key]))
    if is_emailed:
        email_request_link(made.file_request, made.key, at=now, is_reminder=False)
    context = {"file_request": made.file_request, "link": "" if is_emailed else link}
    return render(request, "intake/file_request_made.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def file_request_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then withdraw a request, so that its link takes no file."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.REQUEST_FILE, requester, on=now.date()).require()
    visible = queries.filter_visible_file_requests(requester, now.date())
    file_request = get_object_or_404(visible, pk=pk)
    may_withdraw_file_request(file_request.organization.slug, requester, now.date()).require()
    if request.method == "POST":
        by = require_signed_in_user(request)
        try:
            file_requests.withdraw_file_request(file_request=file_request, by=by, at=now)
        except DeliveryStateConflict as conflict:
            messages.error(request, str(conflict))
        else:
            messages.success(request, _("The request was withdrawn. Its link takes no file."))
        return redirect("intake:file_requests")
    context = {
        "file_request": file_request,
        "consequences": [
            _("The link in the email takes no file. Whoever opens it reads that."),
            _("To get the file later, ask again: that makes a new link."),
        ],
        "back": reverse("intake:file_requests"),
    }
    return render(request, "intake/file_request_withdraw.html", context)


@never_cache
@sensitive_post_parameters("zip_password")
@require_http_methods(["GET", "HEAD", "POST"])
def requested_file(request: HttpRequest, key: str) -> HttpResponse:
    """Show a sender who asks for what, and take the file; they have the link and no account."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.SEND_REQUESTED_FILE, who, on=now.date()).require()
    file_request = queries.find_file_request(file_requests.hash_link_key(key))
    if file_request is None:
        return render(request, "intake/requested_file_closed.html", status=404)
    _use_language_of_link(request, file_request)
    decision = file_requests.decide_link(file_request, who, now)
    if decision.allowed:
        decision = receipt.decide_submission(
            file_requests.build_request_submission(file_request, now)
        )
        if decision.allowed or request.method == "POST":
            return _take_file(request, file_request, who)
    return _show_closed(request, file_request, list_reasons_for_sender(decision))


def _use_language_of_link(request: HttpRequest, file_request: FileRequest) -> None:
    """Show the page in the language of the request, unless the reader chose one on this site."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        activate(file_request.language)
        request.LANGUAGE_CODE = file_request.language


def _translate_message(text: str) -> str:
    """Translate a message; where there is no translation, say which language it is in."""
    translated = _(text)
    if translated != text:
        return translated
    # The Spanish text says that the message is in English.
    return _("%(message)s") % {"message": text}


def _show_closed(
    request: HttpRequest, file_request: FileRequest, reasons: tuple[str, ...]
) -> HttpResponse:
    """Say why the link takes no file; nothing about the agreement or an earlier file."""
    context = {
        "reasons": [_translate_message(reason) for reason in reasons],
        "asker": file_request.asked_by.name,
    }
    return render(request, "intake/requested_file_closed.html", context, status=_GONE)


def _take_file(request: HttpRequest, file_request: FileRequest, who: Actor) -> HttpResponse:
    form = RequestedFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, layout = form.cleaned_data["file"], form.cleaned_data["layout_file"]
        upload = RequestedFileUpload(
            file.name,
            open_uploaded_content(file),
            extract_date=form.cleaned_data["extract_date"],
            zip_password=form.cleaned_data["zip_password"],
            layout=(layout.name, open_uploaded_content(layout)) if layout else None,
        )
        try:
            sent = receive_requested_file(
                file_request=file_request,
                upload=upload,
                who=who,
                by=request.user if isinstance(request.user, User) else None,
                at=timezone.localtime(),
                on_received=lambda row: enqueue_delivery_check(row, file_request.asked_by),
            )
        except (UnreadableFile, UnrecognizedFile, DeliveryStateConflict) as problem:
            is_layout = isinstance(problem, UnreadableWidthLayout)
            form.add_error("layout_file" if is_layout else "file", _translate_message(str(problem)))
        else:
            if isinstance(sent, SentFileRefusal):
                return _show_closed(request, file_request, sent.reasons)
            context = {"sent": sent, "file_request": file_request}
            return render(request, "intake/requested_file_receipt.html", context)
    columns = RequestedColumns.from_request(file_request)
    context = {
        "file_request": file_request,
        "columns": columns,
        "basis": LEGAL_BASIS_PHRASES[columns.agreement.basis],
        "form": form,
        "as_of": timezone.localdate(),
    }
    return render(
        request,
        "intake/requested_file.html",
        context,
        status=422 if request.method == "POST" else 200,
    )
