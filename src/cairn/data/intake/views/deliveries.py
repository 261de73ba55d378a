"""Pages of deliveries: the list, the upload, one delivery, and the mapping of its columns."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.data.intake import delivery_columns, facts, queries, submission_reports
from cairn.data.intake.actions import (
    change_files,
    conformance,
    held_deliveries,
    mapping_versions,
    part_files,
    proposed_files,
    receipt,
    removal,
)
from cairn.data.intake.actions.held_deliveries import EarlierFileChanged
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.delivery_parts import (
    UNNAMED_PART,
    WHOLE_BESIDE_PARTS,
    UnclearPart,
    choose_part_names,
)
from cairn.data.intake.feed_recognition import UnrecognizedFile
from cairn.data.intake.forms import ColumnsForm, ExtractDateForm, UploadForm
from cairn.data.intake.models import Delivery, DeliveryStateConflict, ProposedFile
from cairn.data.intake.proposals.delivery_modes import UndatedChanges, settle_submission
from cairn.data.intake.proposals.extract_dates import date_submission
from cairn.data.intake.proposals.fixed_width_files import UnreadableWidthLayout, read_width_layout
from cairn.data.intake.students import list_statements_with_delivery
from cairn.data.intake.tables import DeliveryTable
from cairn.data.intake.tasks import enqueue_delivery_check
from cairn.data.intake.upload_recognition import (
    SeveralRecordTypes,
    UploadLayout,
    propose_submission,
    recognize_record_type,
    recognize_upload,
    suggest_part_column,
)
from cairn.data.intake.views.delivery_page import DeliveryPage
from cairn.governance.agreements.api import find_visible_agreement, list_visible_agreements
from cairn.governance.consents.api import compute_school_year
from cairn.governance.partners.api import keep_page_while_rows_unchanged, load_actor
from cairn.platform.accounts.api import User
from cairn.platform.notifications.api import record_notices_read
from cairn.platform.storage.api import open_uploaded_content
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.engine import find_audience
from cairn.policy.facts import Actor
from cairn.policy.questions import (
    may_cancel_held_delivery,
    may_change_column_mapping,
    may_open_page,
)
from cairn.policy.vocabulary import Action, Channel, DeliveryState
from cairn.warehouse.readers import FileContent, unlock_zip_in_child_process
from cairn.warehouse.schema import ColumnMapping, DeletionMark, MappingProblem, UnreadableFile

__all__ = ["get_visible_delivery"]


def require_signed_in_user(request: HttpRequest) -> User:
    """Return the signed-in user; views call it after policy has refused everyone else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def get_visible_delivery(request: HttpRequest, requester: Actor, pk: int) -> Delivery:
    """Return the delivery with this number if the person may see it, else answer 404.

    Args:
        request: the request.
        requester: facts about the person.
        pk: primary key of the delivery.

    Returns:
        The delivery.
    """
    today = timezone.localdate()
    may_open_page(Action.VIEW_DELIVERY, requester, on=today).require()
    return get_object_or_404(queries.filter_visible_deliveries(requester, today), pk=pk)


@require_safe
@keep_page_while_rows_unchanged
def delivery_list(request: HttpRequest) -> HttpResponse:
    """List what partners sent, newest first, narrowed to the person's organizations."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.VIEW_DELIVERY, requester, on=today).require()
    show = request.GET.get("show", "")
    waiting = queries.filter_visible_proposals(requester, today).filter(outcome="")
    rows = _filter_list(queries.filter_visible_deliveries(requester, today), show)
    table = build_list_table(
        DeliveryTable,
        rows,
        request,
        requester=requester,
        on=today,
        exact_agreements=queries.find_agreements_with_exact_counts(requester, today),
    )
    if is_download_requested(table, request):
        return write_csv_response(table, "data-submissions")
    context = {
        "table": table,
        "narrowed": _DESCRIBE_SHOWN.get(show, ""),
        "may_send": bool(queries.list_organizations_for_action(Action.RECEIVE, requester, today)),
        "may_ask": bool(
            queries.list_organizations_for_action(Action.REQUEST_FILE, requester, today)
        ),
        "waiting": list(waiting),
        "as_of": today,
    }
    return render(request, "intake/deliveries.html", context)


_DESCRIBE_SHOWN: Final = {
    "held": gettext_lazy("This list shows only files that wait for a decision."),
    "aside": gettext_lazy("This list shows only data submissions with rows set aside."),
    "due": gettext_lazy("This list shows only data submissions past their destruction date."),
    "refused": gettext_lazy("This list shows only rejected data submissions."),
}


def _filter_list(rows: QuerySet[Delivery], show: str) -> QuerySet[Delivery]:
    if show == "aside":
        return queries.filter_quarantined_deliveries(rows)
    if show == "held":
        return rows.filter(state=DeliveryState.HELD)
    if show == "due":
        return queries.filter_overdue_deliveries(rows, timezone.localdate())
    if show == "refused":
        return rows.filter(state=DeliveryState.REFUSED)
    return rows


@sensitive_post_parameters("zip_password")
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_upload(request: HttpRequest) -> HttpResponse:
    """Receive a file; a new or changed layout is shown to the person first, and lands nothing."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.RECEIVE, requester, on=now.date()).require()
    organizations = queries.list_organizations_for_action(Action.RECEIVE, requester, now.date())
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "organization": request.GET.get("organization"),
            "agreement": request.GET.get("agreement"),
            "record": request.GET.get("record"),
            "period": compute_school_year(now.date()),
        },
        organizations=organizations,
        agreements=list_visible_agreements(requester, now.date()),
        last_agreement=queries.find_last_upload_agreement(require_signed_in_user(request)),
        sender_email=require_signed_in_user(request).email,
    )
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and (address := _receive_upload(request, form, requester)):
        return redirect(address)
    feeds = sorted(
        {
            saved.feed
            for organization in organizations
            for saved in queries.list_saved_mappings(organization)
        }
    )
    context = {"form": form, "feeds": feeds, "agreements": form.agreement_choices}
    return render(request, "intake/upload.html", context, status=422 if form.errors else 200)


def _receive_upload(request: HttpRequest, form: UploadForm, requester: Actor) -> str:
    """Receive a file, or keep it until its columns are confirmed; return the page to show next.

    A file with a layout that was confirmed and has not changed lands. Empty if the form has an
    error.
    """
    data, by = form.cleaned_data, require_signed_in_user(request)
    listed_agreement = find_visible_agreement(data["agreement"], requester, timezone.localdate())
    file = data["file"]
    submission = facts.Submission(
        organization=data["organization"],
        agreement=listed_agreement.row,
        channel=Channel.UPLOAD,
        by=by,
        at=timezone.localtime(),
        name=file.name,
        feed=data["feed"],
        period=data["period"].strip(),
        part=data["part"],
        synthetic=data.get("synthetic", "").strip(),
        requester=requester,
        changes_as_of=data["changes_as_of"],
        extract_date=data["extract_date"],
    )
    try:
        content = _open_content(submission, file, data["zip_password"])
        recognize = partial(
            _recognize_file, submission, data["record"], content, data["layout_file"]
        )
        uploads, not_covered = _propose_uploads(
            submission, content, recognize, form.get_deletion_mark()
        )
    except UnclearPart as unclear:
        form.add_error("part", str(unclear))
        return ""
    except UndatedChanges as undated:
        form.add_error("extract_date", str(undated))
        return ""
    except (UnreadableFile, UnrecognizedFile, DeliveryStateConflict) as problem:
        is_layout = isinstance(problem, UnreadableWidthLayout)
        form.add_error("layout_file" if is_layout else "file", str(problem))
        return ""
    if not_covered:
        text = _("The agreement %(agreement)s does not cover other tables of the file: %(kinds)s.")
        values = {"agreement": data["agreement"], "kinds": ", ".join(not_covered)}
        messages.warning(request, text % values)
    return _show_uploads(request, uploads)


def _show_uploads(
    request: HttpRequest, uploads: Sequence[receipt.DeliveryReceipt | ProposedFile]
) -> str:
    """Say what became of what was uploaded; return the page to show next."""
    waiting = [upload for upload in uploads if isinstance(upload, ProposedFile)]
    received = [upload for upload in uploads if not isinstance(upload, ProposedFile)]
    if len(received) == 1:
        show_receipt(request, received[0])
    else:
        _show_data_sets(request, received)
    if len(uploads) > 1:
        kinds = ", ".join(f"“{upload.feed}”" for upload in waiting)
        text = ngettext(
            "The file holds several kinds of records. Confirm this data set below: %(kinds)s.",
            "The file holds several kinds of records, each of which is a data set of its own. "
            "Confirm each of them below: %(kinds)s.",
            len(waiting),
        )
        if waiting:
            messages.warning(request, text % {"kinds": kinds})
        return reverse("intake:deliveries")
    if waiting:
        return reverse("intake:proposal", args=[waiting[0].pk])
    return reverse("intake:delivery", args=[received[0].delivery.pk])


def _propose_uploads(
    submission: facts.Submission,
    content: FileContent,
    recognize: Callable[[], UploadLayout],
    mark: DeletionMark | None,
) -> tuple[list[receipt.DeliveryReceipt | ProposedFile], tuple[str, ...]]:
    """Land or propose a file; one with several kinds of records as a data set for each.

    Returns:
        What became of it, and the titles of the record types that the agreement does not cover.
    """
    uncovered: list[str] = []

    def recognize_only_kind() -> UploadLayout:
        layout = recognize()
        uncovered.extend(layout.not_covered)
        return layout

    try:
        upload = _propose_upload(submission, content, recognize_only_kind, mark)
    except SeveralRecordTypes as several:
        uploads = []
        for kind in several.kinds:
            own = replace(submission, feed=kind.name)
            recognize_kind = partial(recognize_record_type, own, kind, several.sheets, content)
            uploads.append(_propose_upload(own, content, recognize_kind, mark))
        return uploads, several.not_covered
    return [upload], tuple(dict.fromkeys(uncovered))


def _open_content(
    submission: facts.Submission, file: UploadedFile[Any], zip_password: str
) -> FileContent:
    """Open a file, a zip with its password, once its sender may hand it in."""
    content = open_uploaded_content(file)
    if not receipt.decide_submission(submission).allowed:
        return content
    return unlock_zip_in_child_process(submission.name, content, zip_password)


def _recognize_file(
    submission: facts.Submission,
    record: str,
    content: FileContent,
    layout_file: UploadedFile[Any] | None,
) -> UploadLayout:
    """Recognize a file, by the layout that was sent with it if its columns have a fixed width."""
    widths = (
        read_width_layout(layout_file.name or "", open_uploaded_content(layout_file))
        if layout_file
        else ()
    )
    return recognize_upload(submission, record, content, widths)


def _propose_upload(
    submission: facts.Submission,
    content: FileContent,
    recognize: Callable[[], UploadLayout],
    mark: DeletionMark | None,
) -> receipt.DeliveryReceipt | ProposedFile:
    """Land a file, have it refused, or keep it until a person confirms its columns."""
    if not receipt.decide_submission(submission).allowed:
        return _receive_file(submission, content, lambda: recognize().mapping)
    upload = recognize()
    upload = suggest_part_column(submission, upload)
    submission = date_submission(submission, upload.mapping, upload.sheets)
    submission = settle_submission(submission, upload.mapping, partial(_choose_part, submission))
    if mark:
        upload = replace(upload, mapping=replace(upload.mapping, deletes=mark))
    submission, proposal = propose_submission(submission, upload, content)
    if proposal.lands_by_itself:
        return _receive_file(submission, content, upload.mapping)
    return proposed_files.propose_file(
        submission=submission,
        content=content,
        proposal=proposal,
        preview={},
        by=submission.by,
        at=submission.at,
    )


def _choose_part(submission: facts.Submission) -> str:
    slot = queries.DeliverySlot.from_submission(submission)
    return choose_part_names([Path(submission.name)], slot.list_current_parts())[0]


def _receive_file(
    submission: facts.Submission,
    content: FileContent,
    mapping: ColumnMapping | receipt.MappingChooser,
) -> receipt.DeliveryReceipt:
    receive = (
        change_files.receive_changes if submission.changes_as_of else part_files.receive_whole_file
    )
    return receive(
        submission=submission,
        content=content,
        mapping=mapping,
        by=submission.by,
        at=submission.at,
        on_received=lambda row: enqueue_delivery_check(row, submission.by),
    )


def show_receipt(request: HttpRequest, received: receipt.DeliveryReceipt) -> None:
    """Say what became of a file that was sent."""
    if received.parts:
        _show_parts(request, received)
        return
    _show_result(request, received.result)
    if received.result is ReceiptResult.REPLACED:
        _show_replacement(request, received.delivery)
    _warn_of_whole_beside_parts(request, received.delivery)


def _warn_of_whole_beside_parts(request: HttpRequest, row: Delivery) -> None:
    if row.is_current and queries.DeliverySlot.from_delivery(row).has_whole_and_parts():
        messages.warning(request, WHOLE_BESIDE_PARTS)


def _show_data_sets(request: HttpRequest, received: Sequence[receipt.DeliveryReceipt]) -> None:
    """Say what became of each data set of one file."""
    if received and all(each.result is ReceiptResult.AGAIN for each in received):
        _show_result(request, ReceiptResult.AGAIN)
        return
    for result, text in _DATA_SET_RESULTS.items():
        names = [f"“{each.delivery.feed}”" for each in received if each.result is result]
        if names:
            level = messages.WARNING if result in _UNSETTLED else messages.SUCCESS
            messages.add_message(request, level, text % {"names": ", ".join(names)})
    for each in received:
        if each.parts:
            _show_parts(request, each)
        else:
            _warn_of_whole_beside_parts(request, each.delivery)


_UNSETTLED: Final = (ReceiptResult.HELD, ReceiptResult.REFUSED, ReceiptResult.UNUSABLE)


_DATA_SET_RESULTS: Final = {
    ReceiptResult.NEW: gettext_lazy("Uploaded: %(names)s."),
    ReceiptResult.REPLACED: gettext_lazy("Uploaded, and replaces the earlier file: %(names)s."),
    ReceiptResult.CHANGED: gettext_lazy("Changes were applied to the earlier file: %(names)s."),
    ReceiptResult.AGAIN: gettext_lazy("Already uploaded, so nothing changed: %(names)s."),
    ReceiptResult.HELD: gettext_lazy(
        "Open each of these below, and decide whether it replaces the earlier file: %(names)s."
    ),
    ReceiptResult.REFUSED: gettext_lazy("Not accepted. Open each to see why: %(names)s."),
    ReceiptResult.UNUSABLE: gettext_lazy("Cannot be used. Open each to see why: %(names)s."),
}


def _show_parts(request: HttpRequest, received: receipt.DeliveryReceipt) -> None:
    """Say what became of each part of a file."""
    for result, text in _PART_RESULTS.items():
        names = [
            part.delivery.part
            for part in received.parts
            if part.result is result and part.delivery.part != UNNAMED_PART
        ]
        if names:
            is_fine = result not in (ReceiptResult.HELD, ReceiptResult.REFUSED)
            level = messages.SUCCESS if is_fine else messages.WARNING
            messages.add_message(request, level, text % {"parts": ", ".join(names)})
    for part in received.parts:
        if part.delivery.part == UNNAMED_PART and part.delivery.rows_in:
            aside = ngettext(
                "%(rows)s row names no part and is set aside. Correct it under “%(part)s”.",
                "%(rows)s rows name no part and are set aside. Correct them under “%(part)s”.",
                part.delivery.rows_in,
            )
            counts = {"rows": intcomma(part.delivery.rows_in), "part": UNNAMED_PART}
            messages.warning(request, aside % counts)


_PART_RESULTS: Final = {
    ReceiptResult.NEW: gettext_lazy("New parts: %(parts)s."),
    ReceiptResult.REPLACED: gettext_lazy("Parts that replace earlier rows: %(parts)s."),
    ReceiptResult.AGAIN: gettext_lazy("Parts without a change: %(parts)s."),
    ReceiptResult.HELD: gettext_lazy("Parts that wait for your decision: %(parts)s."),
    ReceiptResult.REFUSED: gettext_lazy("Parts that were not accepted: %(parts)s."),
    ReceiptResult.UNUSABLE: gettext_lazy("Parts that cannot be used: %(parts)s."),
}


def _show_result(request: HttpRequest, result: ReceiptResult) -> None:
    if result is ReceiptResult.AGAIN:
        messages.info(request, _("This file was already uploaded. Nothing changed."))
    elif result is ReceiptResult.HELD:
        messages.warning(request, _("The file waits for your decision. Nothing was replaced."))
    elif result is ReceiptResult.CHANGED:
        messages.success(request, _("The changes were applied to the earlier file."))
    elif result is ReceiptResult.NEW:
        messages.success(request, _("The file was uploaded."))


def _show_replacement(request: HttpRequest, row: Delivery) -> None:
    counts = {
        "rows": intcomma(row.rows_in),
        "earlier": intcomma(row.supersedes.rows_in if row.supersedes else 0),
    }
    text = _("It replaces the earlier file. Rows now: %(rows)s. Rows before: %(earlier)s.")
    messages.success(request, text % counts)


@require_POST
def delivery_replacement(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a held file replace the earlier one."""
    row, by, now = _get_held_delivery(request, pk)
    form = ExtractDateForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["extract_date"])))
        return redirect("intake:delivery", row.pk)
    try:
        accepted = held_deliveries.accept_replacement(
            delivery=row,
            student_keys=held_deliveries.read_held_students(row),
            extract_date=form.cleaned_data["extract_date"],
            by=by,
            at=now,
        )
    except EarlierFileChanged as changed:
        compared = held_deliveries.compare_held_file(row)
        held_deliveries.refresh_comparison(delivery=row, compared=compared, by=by, at=now)
        messages.warning(request, str(changed))
    except DeliveryStateConflict as conflict:
        messages.error(request, str(conflict))
    else:
        enqueue_delivery_check(accepted, by)
        _show_replacement(request, accepted)
    return redirect("intake:delivery", row.pk)


@require_POST
def delivery_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a held file beside the earlier one, as a part of its own."""
    row, by, now = _get_held_delivery(request, pk)
    try:
        compared = held_deliveries.compare_held_days(row, request.POST.get("part", ""))
        accepted = held_deliveries.add_held_part(
            delivery=row,
            student_keys=held_deliveries.read_held_students(row),
            part=request.POST.get("part", ""),
            compared=compared,
            by=by,
            at=now,
        )
    except DeliveryStateConflict as conflict:
        messages.error(request, str(conflict))
    else:
        enqueue_delivery_check(accepted, by)
        text = _("The file was added as the part “%(part)s”. The earlier file still counts.")
        messages.success(request, text % {"part": accepted.part})
    return redirect("intake:delivery", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then cancel a held file and destroy its rows."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    row = get_visible_delivery(request, requester, pk)
    may_cancel_held_delivery(row.organization.slug, requester, now.date()).require()
    if request.method == "POST":
        by = require_signed_in_user(request)
        try:
            held_deliveries.cancel_held_delivery(delivery=row, by=by, at=now)
        except DeliveryStateConflict as conflict:
            messages.error(request, str(conflict))
        else:
            messages.success(request, _("The file was canceled and destroyed."))
        return redirect("intake:delivery", row.pk)
    context = {
        "delivery": row,
        "consequences": [
            _("Its rows are destroyed and never used. The earlier file still counts."),
            _("The audit log keeps the data submission, your name and the time."),
        ],
        "back": reverse("intake:delivery", args=[row.pk]),
    }
    return render(request, "intake/cancel.html", context)


def _get_held_delivery(request: HttpRequest, pk: int) -> tuple[Delivery, User, datetime]:
    """Return the delivery with the person who decides on it, and the time."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    row = get_visible_delivery(request, requester, pk)
    may_open_page(
        Action.RECEIVE, requester, organization=row.organization.slug, on=now.date()
    ).require()
    return row, require_signed_in_user(request), now


@require_safe
def delivery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one delivery: state, columns kept and dropped, decision, sender, end date."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    row = get_visible_delivery(request, requester, pk)
    is_checked = row.state == DeliveryState.CONFORMED
    context = {
        "report": submission_reports.build_submission_report(row) if is_checked else None,
        "page": DeliveryPage.from_delivery(row, requester, today),
        "delivery": row,
        "audience": find_audience(requester, frozenset({row.organization.slug}), today),
        "statements": list_statements_with_delivery(row, requester, today),
    }
    _mark_report_read(request, row, requester)
    return render(request, "intake/delivery.html", context)


def _mark_report_read(request: HttpRequest, row: Delivery, requester: Actor) -> None:
    """Record that a person who acts for the sender saw what became of the file."""
    now = timezone.localtime()
    shown = Delivery.objects.filter(pk=row.pk)
    unread = submission_reports.list_unread_reports(shown, requester, now.date())
    if unread and request.method == "GET":
        keys = [report.key for report in unread]
        record_notices_read(keys=keys, by=require_signed_in_user(request), at=now)


@require_POST
def delivery_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the check of a delivery that was interrupted, or check a delivery again."""
    requester = load_actor(request.user, request=request)
    row = get_visible_delivery(request, requester, pk)
    may_open_page(
        Action.CONFORM, requester, organization=row.organization.slug, on=timezone.localdate()
    ).require()
    if row.state == DeliveryState.CONFORMED:
        row = conformance.reopen_delivery_check(
            delivery=row,
            by=require_signed_in_user(request),
            at=timezone.localtime(),
            requester=requester,
        )
    enqueue_delivery_check(row, require_signed_in_user(request))
    return redirect("intake:delivery", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then withdraw a delivery."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    row = get_visible_delivery(request, requester, pk)
    may_open_page(
        Action.WITHDRAW_DELIVERY, requester, organization=row.organization.slug, on=now.date()
    ).require()
    if request.method == "POST":
        by = require_signed_in_user(request)
        withdrawn = removal.withdraw_delivery(delivery=row, by=by, at=now, requester=requester)
        if withdrawn.supersedes:
            enqueue_delivery_check(withdrawn.supersedes, by)
        messages.success(
            request, _("The data submission was withdrawn. Its rows are no longer used.")
        )
        return redirect("intake:delivery", row.pk)
    consequences = [
        _("Its rows will not be used in record matching or in new figures."),
        _("Figures that are already published do not change until they are calculated again."),
        _("The audit log keeps the data submission, your name and the time."),
    ]
    if row.supersedes:
        consequences.insert(0, _("The file that it replaced will be used again."))
    context = {
        "delivery": row,
        "consequences": consequences,
        "back": reverse("intake:delivery", args=[row.pk]),
    }
    return render(request, "intake/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and save the target of each column, and whether the agreement covers it."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    row = get_visible_delivery(request, requester, pk)
    may_change_column_mapping(row.organization.slug, requester, today).require()
    newest = queries.get_newest_mapping(row.organization, row.feed)
    if newest is None:
        messages.error(
            request,
            _("No file with this data set name has been read yet, so there are no columns to map."),
        )
        return redirect("intake:delivery", row.pk)
    saved_mapping = ColumnMapping.parse(newest.text)
    form = ColumnsForm(
        request.POST or None,
        columns=delivery_columns.list_delivery_columns(
            row, saved_mapping, facts.load_agreement_by_reference(row.agreement_reference)
        ),
        record=saved_mapping.type,
        file_name=row.file_name,
        date_source=saved_mapping.date_source,
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed_mapping = replace(
                saved_mapping,
                columns=form.get_mapped_columns(),
                date_source=form.get_date_source(),
            )
        except MappingProblem as problem:
            form.add_error(None, str(problem))
        else:
            return _save_mapping(request, row, changed_mapping, requester)
    context = {
        "delivery": row,
        "form": form,
        "rows": list(zip(form.columns, form.column_fields, strict=True)),
        "saved": newest,
        "text": newest.text,
    }
    return render(request, "intake/mapping.html", context, status=422 if form.errors else 200)


def _save_mapping(
    request: HttpRequest, row: Delivery, changed_mapping: ColumnMapping, requester: Actor
) -> HttpResponse:
    """Save the mapping, and read the stored delivery by it as far as its columns were kept."""
    by, at = require_signed_in_user(request), timezone.localtime()
    mapping_versions.change_column_mapping(
        organization=row.organization,
        feed=row.feed,
        mapping=changed_mapping,
        by=by,
        at=at,
        requester=requester,
    )
    column_list = delivery_columns.list_delivery_columns(
        row, changed_mapping, facts.load_agreement_by_reference(row.agreement_reference)
    )
    if row.state == DeliveryState.CONFORMED:
        mapping_versions.remap_delivery(delivery=row, by=by, at=at, requester=requester)
        enqueue_delivery_check(row, by)
    if missing_columns := [column.name for column in column_list if column.send_again]:
        text = _("These columns were not imported. Upload the file again to import them: %(names)s")
        messages.warning(request, text % {"names": ", ".join(missing_columns)})
    else:
        messages.success(
            request,
            _("The column mapping was saved. The data submission is checked again with it."),
        )
    return redirect("intake:delivery", row.pk)
