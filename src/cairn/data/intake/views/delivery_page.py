"""Gather everything that the page of one delivery shows."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _

from cairn.data.intake import delivery_columns, facts
from cairn.data.intake.delivery_columns import UnwrittenColumn
from cairn.data.intake.forms import ExtractDateForm
from cairn.data.intake.models import Delivery
from cairn.data.intake.proposals.extract_dates import find_date_in_name
from cairn.data.intake.proposals.replacement_preview import HELD_REPORT, describe_replacement
from cairn.data.intake.queries import (
    DeliverySlot,
    find_data_sets_of_tables,
    find_newer_roster,
    has_rows_to_correct,
)
from cairn.governance.agreements.api import LEGAL_BASIS_PHRASES
from cairn.governance.consents.api import Subject, load_school_declarations
from cairn.governance.disclosure_log.api import ArchivedAnswer, deserialize_answer
from cairn.platform.audit.api import Work
from cairn.policy.checks import list_missing_declarations
from cairn.policy.engine import acts_for_all_owners, mask_small_number
from cairn.policy.facts import CONSERVATIVE_POLICY, Actor, AgreementFact
from cairn.policy.law import SIGNED_FORM_BASES
from cairn.policy.questions import may_download_error_file, may_open_page
from cairn.policy.vocabulary import Action, DeliveryState
from cairn.warehouse.pipeline import ColumnQuality, QualityProblem, QualityReport, SheetRows
from cairn.warehouse.schema import ENCODED_RECORD_TYPE, Failure, load_element_catalogue

__all__ = ["DeliveryPage"]


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Everything that the page of one delivery shows to one person.

    Attributes:
        decision: the archived answer with which the delivery was accepted or refused.
        basis: the legal basis of its agreement, in words.
        report: the quality report; None until the delivery is checked.
        problem: why the check failed, in words; empty if it did not.
        dropped: the columns that were not written, with the reasons.
        work: the check in progress; None if none runs or the delivery is checked.
        record_title: title of the record type.
        may_check: whether the person may start the check that has not finished.
        may_check_again: whether they may repeat it, because rows wait for a newer roster or their
            place in the population was unknown.
        newer_roster: the sender's newer roster; None if there is none or no row waits for it.
        may_withdraw: whether they may withdraw the delivery.
        may_see_what_became: whether they may open the report to the partner.
        may_map: whether they may change the column mapping.
        may_upload: whether they may upload a file of this sender.
        may_correct: whether they act for the sender and there are rows to correct.
        encoded: whether the file holds encodings instead of names, so that all of its columns are
            known.
        replaced_by: the later delivery that replaced this one.
        left_out: rows that no student's consent opened; a small number is masked for recipients.
        numbered: whether the person may see which rows are meant. Where rows are shared student by
            student, a person with the file could read from a row's number which family has not
            agreed.
        unsaid: what the sender has not yet stated about its students.
        may_say: whether the person may state it.
        has_accepted_problems: whether accepted rows have values that could not be read.
        replacement: what a held file would replace, in words; empty for any other.
        would_replace: the file that a held file would replace.
        may_decide: whether the person may decide on a held file.
        date_form: the day that a held file describes, as its name proposes it.
        data_sets: the data set of each other table of the file that is one of its own.
    """

    decision: ArchivedAnswer
    basis: str
    report: QualityReport | None
    problem: str
    dropped: list[UnwrittenColumn]
    work: Work | None
    record_title: str
    may_check: bool
    may_check_again: bool
    newer_roster: Delivery | None
    may_withdraw: bool
    may_see_what_became: bool
    may_map: bool
    may_upload: bool
    may_correct: bool
    encoded: bool
    replaced_by: Delivery | None
    left_out: int | str
    numbered: bool
    unsaid: tuple[str, ...]
    may_say: bool
    has_accepted_problems: bool
    replacement: str
    would_replace: Delivery | None
    may_decide: bool
    date_form: ExtractDateForm
    data_sets: dict[str, str]

    @property
    def has_warnings(self) -> bool:
        """Whether anything of the file was not imported, or asks for a person's attention."""
        report = self.report
        return bool(
            self.dropped
            or self.unsaid
            or self.has_accepted_problems
            or (report and (report.set_aside_problems or report.missing or not report.rows_in))
            or self.rows_not_read
        )

    @property
    def tables(self) -> list[tuple[SheetRows, str]]:
        """The tables of the file, each with the name of its own data set if it has one."""
        sheets = self.report.sheets if self.report else ()
        return [(sheet, self.data_sets.get(sheet.sheet, "")) for sheet in sheets]

    @property
    def rows_not_read(self) -> int:
        """How many rows the tables hold that no column mapping of the file names."""
        return sum(sheet.not_read for sheet, data_set in self.tables if not data_set)

    @classmethod
    def from_delivery(cls, delivery: Delivery, requester: Actor, on: date) -> Self:
        """Build the page of a delivery, on a date.

        Args:
            delivery: the delivery.
            requester: facts about the person.
            on: the date.

        Returns:
            The page.
        """
        terms = facts.load_agreement_by_reference(delivery.agreement_reference)
        record = load_element_catalogue().get(delivery.record)
        work = Work.objects.filter(kind="conform", subject=f"delivery:{delivery.pk}").first()
        newer_delivery = find_newer_roster(delivery)
        report = (
            QualityReport.from_json(json.dumps(delivery.report)) if delivery.conformed else None
        )
        earlier = _find_file_to_replace(delivery)
        numbered = terms.basis not in SIGNED_FORM_BASES or _is_data_owner(delivery, requester, on)
        return cls(
            decision=deserialize_answer(delivery.decision),
            basis=_capitalize_first(str(LEGAL_BASIS_PHRASES[terms.basis])),
            report=report if report is None or numbered else _hide_row_numbers(report),
            problem=delivery.report.get("problem", ""),
            dropped=delivery_columns.list_unwritten_columns(delivery, terms),
            work=work if delivery.is_current and work and not delivery.conformed else None,
            record_title=record.title if record else delivery.record,
            may_check=_is_check_unfinished(delivery, work)
            and _may_take_action(Action.CONFORM, delivery, requester, on),
            may_check_again=(newer_delivery is not None or _has_unknown_population(delivery))
            and _may_take_action(Action.CONFORM, delivery, requester, on),
            newer_roster=newer_delivery,
            may_see_what_became=delivery.rows_kept > 0
            and _may_take_action(Action.VIEW_GIVE_BACK, delivery, requester, on),
            may_withdraw=delivery.is_current
            and _may_take_action(Action.WITHDRAW_DELIVERY, delivery, requester, on),
            may_map=delivery.mapping is not None
            and delivery.record != ENCODED_RECORD_TYPE
            and _may_take_action(Action.CHANGE_MAPPING, delivery, requester, on),
            may_upload=_may_take_action(Action.RECEIVE, delivery, requester, on),
            may_correct=has_rows_to_correct(delivery)
            and may_download_error_file(delivery.organization.slug, requester, on).allowed,
            encoded=delivery.record == ENCODED_RECORD_TYPE,
            left_out=_format_left_out(delivery, requester, on),
            numbered=numbered,
            unsaid=_list_unstated_subjects(delivery, terms, on),
            may_say=_may_take_action(Action.STATE_OF_CHILDREN, delivery, requester, on),
            has_accepted_problems=report is not None
            and any(problem.kept for column in report.columns for problem in column.problems),
            replacement=_describe_held_file(delivery, earlier, numbered=numbered),
            would_replace=earlier,
            date_form=_build_date_form(delivery),
            data_sets=find_data_sets_of_tables(
                delivery, [sheet.sheet for sheet in report.unread_sheets] if report else ()
            ),
            may_decide=_may_take_action(Action.RECEIVE, delivery, requester, on),
            replaced_by=delivery.superseders.exclude(state=DeliveryState.WITHDRAWN).first(),
        )


def format_filled_share(column: ColumnQuality, numbered: bool) -> float | str:  # noqa: FBT001 - a filter
    """Format how full a column is, in words where the share would single out few rows."""
    empty_cells = column.rows - column.filled
    if numbered or (not is_small_count(column.filled) and not is_small_count(empty_cells)):
        return column.filled_share
    return _("few") if is_small_count(column.filled) else _("nearly all")


def is_small_count(count: int) -> bool:
    """Return whether a number is too small to be shown."""
    return isinstance(mask_small_number(count, CONSERVATIVE_POLICY.told_from), str)


def format_row_count(count: int, numbered: bool) -> int | str:  # noqa: FBT001 - a template's filter
    """Format a number of rows; small numbers are hidden from people who may not see row numbers."""
    return count if numbered else mask_small_number(count, CONSERVATIVE_POLICY.told_from)


def _hide_row_numbers(report: QualityReport) -> QualityReport:
    """Remove row numbers for people who could recognize a student by them."""
    columns = tuple(
        replace(column, problems=_remove_row_numbers(column.problems)) for column in report.columns
    )
    notes = tuple(replace(note, rows=()) for note in report.notes)
    sheets = tuple(
        replace(sheet, left_out=tuple(replace(note, rows=()) for note in sheet.left_out))
        for sheet in report.sheets
    )
    problems = _remove_row_numbers(report.problems)
    return replace(report, columns=columns, problems=problems, notes=notes, sheets=sheets)


def _has_unknown_population(delivery: Delivery) -> bool:
    """Return whether rows were set aside because their place in the population is unknown."""
    codes = {problem["code"] for problem in delivery.report.get("problems", ())}
    return delivery.state == DeliveryState.CONFORMED and Failure.POPULATION_UNKNOWN.value in codes


def _remove_row_numbers(problems: tuple[QualityProblem, ...]) -> tuple[QualityProblem, ...]:
    return tuple(replace(problem, rows=()) for problem in problems)


def _capitalize_first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _find_file_to_replace(delivery: Delivery) -> Delivery | None:
    """Find the file that a held one would replace: the one that counts for its slot now."""
    if delivery.state != DeliveryState.HELD:
        return None
    return DeliverySlot.from_delivery(delivery).find_current_delivery()


def _build_date_form(delivery: Delivery) -> ExtractDateForm:
    arrived = timezone.localdate(delivery.received_at)
    day = delivery.extract_date or find_date_in_name(delivery.file_name, arrived)
    return ExtractDateForm(initial={"extract_date": day})


def _describe_held_file(delivery: Delivery, earlier: Delivery | None, *, numbered: bool) -> str:
    if delivery.state != DeliveryState.HELD:
        return ""
    if earlier is None:
        return _("The earlier file no longer counts, so this file would replace nothing.")
    lost = format_row_count(delivery.report[HELD_REPORT]["lost_students"], numbered)
    return describe_replacement(delivery, earlier, lost)


def _is_check_unfinished(delivery: Delivery, work: Work | None) -> bool:
    """Return whether the check of a delivery was interrupted or was never requested."""
    is_waiting = delivery.state in (DeliveryState.RECEIVED, DeliveryState.CONFORMING)
    return is_waiting and not (work and work.is_busy)


def _format_left_out(delivery: Delivery, requester: Actor, on: date) -> int | str:
    """Format how many rows no student's consent opened.

    The owner sees the exact number; the recipient of the rows does not see small numbers.
    """
    count = delivery.report.get("left_out", 0)
    return (
        count
        if _is_data_owner(delivery, requester, on)
        else mask_small_number(count, CONSERVATIVE_POLICY.told_from)
    )


def _list_unstated_subjects(delivery: Delivery, terms: AgreementFact, on: date) -> tuple[str, ...]:
    """List what stays out until the sender makes a statement about all its students."""
    slug = delivery.organization.slug
    missing_subjects = list_missing_declarations(terms, slug, load_school_declarations({slug}, on))
    return tuple(str(Subject(subject).label) for subject in missing_subjects)


def _is_data_owner(delivery: Delivery, requester: Actor, on: date) -> bool:
    return acts_for_all_owners(requester, frozenset({delivery.organization.slug}), on)


def _may_take_action(action: Action, delivery: Delivery, requester: Actor, on: date) -> bool:
    return may_open_page(action, requester, organization=delivery.organization.slug, on=on).allowed
