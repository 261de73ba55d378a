"""Pages of a file that waits for confirmation: its columns and codes, and the preview."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.data.intake import queries
from cairn.data.intake.actions import proposed_files
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.facts import load_agreement_by_reference
from cairn.data.intake.feed_recognition import guess_file_mapping
from cairn.data.intake.forms import ColumnProposalForm
from cairn.data.intake.models import DeliveryStateConflict, ProposedFile
from cairn.data.intake.proposals import extract_dates, layout_proposal
from cairn.data.intake.proposals.data_years import DataYears
from cairn.data.intake.proposals.part_comparison import compare_parts
from cairn.data.intake.proposals.proposal_preview import preview_submission
from cairn.data.intake.tasks import enqueue_delivery_check
from cairn.data.intake.upload_recognition import date_day_columns
from cairn.data.intake.views.deliveries import require_signed_in_user, show_receipt
from cairn.governance.partners.api import load_actor
from cairn.policy.facts import Actor
from cairn.policy.questions import may_cancel_held_delivery, may_open_page
from cairn.policy.vocabulary import Action
from cairn.warehouse.pipeline import UnusableDelivery
from cairn.warehouse.readers import read_file_in_child_process
from cairn.warehouse.schema import (
    ColumnMapping,
    MappingProblem,
    describe_elements_in_text,
)

MAX_UNFOLDED: Final = 6
"""More columns than these are folded, so that the page stays short on a phone."""


def get_proposed_file(request: HttpRequest, pk: int) -> tuple[ProposedFile, Actor]:
    """Return the file that waits, if the person may hand in files for its sender; else 404."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.RECEIVE, requester, on=today).require()
    rows = queries.filter_visible_proposals(requester, today)
    return get_object_or_404(rows, pk=pk), requester


def go_where_it_went(request: HttpRequest, proposed: ProposedFile) -> HttpResponse:
    """Send a person on from a file that was decided meanwhile."""
    if proposed.delivery:
        return redirect("intake:delivery", proposed.delivery.pk)
    messages.info(request, str(DeliveryStateConflict(proposed_files.DECIDED)))
    return redirect("intake:deliveries")


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each column and code would become; save what the person chooses instead."""
    proposed, requester = get_proposed_file(request, pk)
    if not proposed.is_waiting:
        return go_where_it_went(request, proposed)
    if proposed.corrects_id:
        return redirect("intake:correction", proposed.pk)
    form = _build_form(request, proposed)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = _save_choices(request, proposed, form, requester)
        except (MappingProblem, UnusableDelivery, DeliveryStateConflict) as problem:
            form.add_error(None, describe_elements_in_text(str(problem)))
        else:
            has_new_levels = bool(proposal.levels) and not form.level_rows
            is_settled = not (
                proposal.has_open_questions or proposal.unknown_codes or has_new_levels
            )
            if is_settled and form.mapping.record == proposal.mapping.record:
                return redirect("intake:proposal_preview", proposed.pk)
            messages.info(request, _("Saved. Look at the columns and codes below again."))
            return redirect("intake:proposal", proposed.pk)
    body = proposed.proposal
    data_sets = queries.find_data_sets_of_tables(
        proposed, [name for name, _rows in body["unread_tables"]]
    )
    known_codes = [row for row in form.code_rows if row[0].code is not None]
    context = {
        "proposed": proposed,
        "form": form,
        "changes": body["changes"],
        "problems": body["problems"],
        "filtered": body["filtered"],
        "unread_tables": [entry for entry in body["unread_tables"] if entry[0] not in data_sets],
        "stated_year": form.mapping.constants.get("school_year", ""),
        "column_groups": _group_columns(form),
        "unknown_codes": [row for row in form.code_rows if row[0].code is None],
        "known_codes": known_codes,
        "opens_known_codes": _has_errors(known_codes),
        "opens_levels": len(form.level_rows) <= MAX_UNFOLDED or _has_errors(form.level_rows),
    }
    return render(request, "intake/proposal.html", context, status=422 if form.errors else 200)


def _build_form(request: HttpRequest, proposed: ProposedFile) -> ColumnProposalForm:
    body, mapping = proposed.proposal, ColumnMapping.parse(proposed.mapping)
    stated, hint = _propose_extract_date(proposed)
    period, period_hint = _propose_period(proposed)
    return ColumnProposalForm(
        request.POST or None,
        mapping=mapping,
        columns=[layout_proposal.ProposedColumn(**column) for column in body["columns"]],
        codes=[
            layout_proposal.ProposedCode(**code)
            for code in (*body["codes"], *body.get("levels", ()))
        ],
        id_candidates=body["id_candidates"],
        file_name=proposed.file_name,
        extract_date=stated,
        date_hint=hint,
        date_source=_propose_date_source(proposed, mapping),
        sent_dates=body.get("sent_dates", {}),
        class_periods=body.get("class_periods", 0),
        period=period,
        period_hint=period_hint,
    )


def _propose_period(proposed: ProposedFile) -> tuple[str, str]:
    """Propose the period that the dates of a file say where its sender wrote another one, and why.

    Both are empty where there is nothing to ask. Changes keep the period of the file before them.
    """
    data_years = DataYears(**proposed.proposal.get("data_years", {}))
    contradiction = data_years.describe_contradiction(proposed.period)
    if proposed.changes_as_of or not contradiction:
        return "", ""
    # A person who kept the period of the sender has decided.
    period = proposed.period if proposed.preview else data_years.choose_period(proposed.period)
    is_listed = contradiction in proposed.proposal["changes"]  # above, as what differs
    advice = _(
        "Check which period it is. If dates are wrong, cancel the file and correct it first."
    )
    return period, advice if is_listed else f"{contradiction} {advice}"


def _propose_date_source(proposed: ProposedFile, mapping: ColumnMapping) -> str:
    """Propose where later files say their day: as confirmed or chosen, else as this file does."""
    if mapping.date_source or proposed.changes_as_of:
        return extract_dates.write_date_source(mapping.date_source)
    if proposed.preview or queries.get_newest_mapping(proposed.organization, proposed.feed):
        return ""  # a person chose that files do not say it
    sent_dates = proposed.proposal.get("sent_dates", {})
    return next(iter(sent_dates), "") or extract_dates.suggest_date_source(
        proposed.file_name,
        [column["name"] for column in proposed.proposal["columns"]],
        proposed.proposal.get("extract_date", ""),
        timezone.localdate(proposed.proposed_at),
    )


def _propose_extract_date(proposed: ProposedFile) -> tuple[date | None, str]:
    """Propose the day that the file describes, and say where it comes from."""
    if proposed.extract_date or proposed.changes_as_of:
        return proposed.extract_date, ""
    if column_date := proposed.proposal.get("extract_date"):
        return date.fromisoformat(column_date), _("A column of the file has this day.")
    for day in proposed.proposal.get("sent_dates", {}).values():
        return date.fromisoformat(day), _("The server that sent the records says this day.")
    arrived = timezone.localdate(proposed.proposed_at)
    name_date = extract_dates.find_date_in_name(proposed.file_name, arrived)
    return name_date, _("The name of the file has this day.") if name_date else ""


def _group_columns(
    form: ColumnProposalForm,
) -> list[tuple[str, list[tuple[layout_proposal.ProposedColumn, BoundField | None]], bool]]:
    """Group the columns for the page: title, rows, and whether the group is unfolded.

    An error of the mapping as a whole, such as two columns for one data element, is mended among
    the columns to import.
    """
    rows = form.column_rows
    imported = [row for row in rows if row[0].target]
    unread = [row for row in rows if not row[0].target]
    is_open = len(imported) <= MAX_UNFOLDED or bool(form.non_field_errors())
    return [
        (_("Columns to import"), imported, is_open or _has_errors(imported)),
        (_("Columns that are not read"), unread, not imported or _has_errors(unread)),
    ]


def _has_errors(rows: Sequence[tuple[object, BoundField | None]]) -> bool:
    """Return whether a field of these rows has an error: only their fold is opened."""
    return any(field is not None and field.errors for _entry, field in rows)


def _save_choices(
    request: HttpRequest, proposed: ProposedFile, form: ColumnProposalForm, requester: Actor
) -> layout_proposal.LayoutProposal:
    """Propose again as the person chose, preview the rows, and save both."""
    by, at = require_signed_in_user(request), timezone.localtime()
    mapping = ColumnMapping.parse(proposed.mapping)
    sheets = read_file_in_child_process(
        proposed.file_name,
        proposed_files.open_proposed_file(proposed),
        skip_rows=mapping.skip_rows,
        fixed_width=mapping.fixed_width,
    )
    record = form.cleaned_data["record"]
    has_new_type = record != mapping.record
    mapping = (
        replace(
            guess_file_mapping(sheets, record),
            skip_rows=mapping.skip_rows,
            fixed_width=mapping.fixed_width,
        )
        if has_new_type
        else form.build_mapping()
    )
    proposal = layout_proposal.propose_layout(
        sheets,
        mapping,
        load_agreement_by_reference(proposed.agreement_reference),
        chosen_id=form.cleaned_data.get("id_column", ""),
        asks_for_id=has_new_type,
    )
    submission = proposed_files.build_submission(proposed, by, at, requester)
    period = form.cleaned_data.get("period", proposed.period).strip()
    submission = replace(submission, period=period)
    proposal = date_day_columns(submission, proposal)
    proposal = replace(
        proposal,
        changes=tuple(proposed.proposal["changes"]),
        extract_date=proposed.proposal.get("extract_date", ""),
        sent_dates=proposed.proposal.get("sent_dates", {}),
    )
    proposal = compare_parts(submission, proposal)
    preview = (
        {}
        if proposal.has_open_questions
        else preview_submission(submission, sheets, proposal.mapping)
    )
    proposed_files.change_proposed_mapping(
        proposed=proposed,
        proposal=proposal,
        preview=preview,
        by=by,
        at=at,
        requester=requester,
        extract_date=form.cleaned_data["extract_date"],
        period=period,
    )
    return proposal


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would become of the rows; land the file when the person confirms."""
    proposed, requester = get_proposed_file(request, pk)
    if not proposed.is_waiting:
        return go_where_it_went(request, proposed)
    preview = proposed.preview
    if proposed.corrects_id or not preview:
        return redirect("intake:proposal", proposed.pk)
    if request.method == "POST":
        return _confirm_file(request, proposed, requester)
    context = {
        "proposed": proposed,
        "preview": preview,
        "record_title": ColumnMapping.parse(proposed.mapping).type.title,
        "can_land": not (preview["problem"] or preview["refusals"]),
    }
    return render(request, "intake/proposal_preview.html", context)


def _confirm_file(request: HttpRequest, proposed: ProposedFile, requester: Actor) -> HttpResponse:
    """Land the file as the person saw it in the preview, and go where it went."""
    by = require_signed_in_user(request)
    try:
        received = proposed_files.confirm_proposed_file(
            proposed=proposed,
            seen=request.POST.get("seen", ""),
            by=by,
            at=timezone.localtime(),
            requester=requester,
            on_received=lambda row: enqueue_delivery_check(row, by),
        )
    except DeliveryStateConflict as conflict:
        if not proposed.is_waiting:
            return go_where_it_went(request, proposed)
        messages.error(request, str(conflict))
        return redirect("intake:proposal_preview", proposed.pk)
    if received.result is ReceiptResult.UNUSABLE:
        messages.error(request, describe_elements_in_text(received.delivery.report["problem"]))
        return redirect("intake:proposal", proposed.pk)
    show_receipt(request, received)
    return redirect("intake:delivery", received.delivery.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then cancel a file that waits and destroy it."""
    proposed, requester = get_proposed_file(request, pk)
    now = timezone.localtime()
    may_cancel_held_delivery(proposed.organization.slug, requester, now.date()).require()
    if request.method == "POST":
        by = require_signed_in_user(request)
        try:
            proposed_files.cancel_proposed_file(proposed=proposed, by=by, at=now)
        except DeliveryStateConflict as conflict:
            messages.error(request, str(conflict))
        else:
            messages.success(request, _("The file was canceled and destroyed."))
        return redirect("intake:deliveries")
    context = {
        "proposed": proposed,
        "consequences": [
            _("The file is destroyed. Nothing of it was imported."),
            _("The audit log keeps its name, your name and the time."),
        ],
        "back": reverse(proposed_files.get_waiting_route(proposed), args=[proposed.pk]),
    }
    return render(request, "intake/proposal_cancel.html", context)
