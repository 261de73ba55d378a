"""Recognize how a file that a person uploads is read: as confirmed before, else as suggested.

A confirmed layout reads a file that fits it. Otherwise the agreement's template or a suggestion is
proposed to the sender, beside what earlier files of the data set were.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Final

from django.utils import timezone

from cairn.data.intake import queries
from cairn.data.intake.delivery_parts import (
    UnclearPart,
    choose_part_names,
    normalize_part_name,
)
from cairn.data.intake.facts import Submission, load_agreement_by_reference
from cairn.data.intake.feed_recognition import (
    ColumnMismatch,
    RecognizedFeed,
    UnrecognizedFile,
    guess_feeds,
    guess_file_mapping,
    is_mapping_sufficient,
    refuse_correction_file,
    refuse_file_without_rows,
    refuse_misfit,
)
from cairn.data.intake.proposals import extract_dates, file_templates
from cairn.data.intake.proposals.change_base import describe_change_order
from cairn.data.intake.proposals.file_kinds import describe_file_kind
from cairn.data.intake.proposals.fixed_width_files import read_file_by_known_layout
from cairn.data.intake.proposals.layout_proposal import (
    ConfirmedLayout,
    LayoutProposal,
    propose_layout,
)
from cairn.data.intake.proposals.part_comparison import compare_parts, list_current_rows
from cairn.governance.partners.api import Organization
from cairn.warehouse import schema
from cairn.warehouse.file_parts import list_part_columns, split_parts
from cairn.warehouse.readers import FileContent, contains_encodings, read_file_in_child_process

__all__ = [
    "SeveralRecordTypes",
    "UploadLayout",
    "compare_with_earlier_files",
    "date_day_columns",
    "load_confirmed_layout",
    "recognize_record_type",
    "recognize_template",
    "refuse_mixed_encodings",
    "settle_known_period",
    "suggest_part_column",
]

_ASSESSMENT: Final = "assessment"
_SCHOOL_YEAR: Final = "school_year"

_ENCODED_UNEXPECTEDLY: Final = (
    "This file is encoded, but earlier files of this data set were not. Encoded files are kept "
    "apart from files with names. Use another data set name, such as encodings."
)

_CHOOSE_RECORD_TYPE: Final = (
    "Cairn cannot detect the record type from the columns. Choose it above and upload the file "
    "again."
)

_PLAIN_UNEXPECTEDLY: Final = (
    "This file is not encoded, but earlier files of this data set were. If it has names that may "
    "not be shared, encode it first (cairn encode). Otherwise use another data set name."
)


class SeveralRecordTypes(UnrecognizedFile):
    """A file with tables of several record types: each becomes a data set of its own.

    Args:
        sheets: its sheets.
        kinds: what its tables hold, as far as the agreement covers it.
        not_covered: titles of the record types that the agreement does not cover.
    """

    def __init__(
        self,
        sheets: Sequence[schema.Sheet],
        kinds: Sequence[RecognizedFeed],
        not_covered: tuple[str, ...],
    ) -> None:
        self.sheets, self.kinds, self.not_covered = tuple(sheets), tuple(kinds), not_covered
        titles = ", ".join(kind.mapping.type.title_in_sentence for kind in kinds)
        super().__init__(
            f"The file holds several kinds of records: {titles}. Choose the record type, and "
            "upload the file once for each."
        )


@dataclass(frozen=True, slots=True)
class UploadLayout:
    """How an uploaded file would be read.

    Attributes:
        sheets: its sheets.
        mapping: the feed's confirmed mapping, or a suggested one.
        is_confirmed: whether it is the confirmed one, and fits the file.
        misfit: why the confirmed mapping does not fit; empty if it does or there is none.
        is_template: whether it is the mapping of the agreement's template.
        not_covered: titles of the record types of other tables that the agreement does not cover.
    """

    sheets: tuple[schema.Sheet, ...]
    mapping: schema.ColumnMapping
    is_confirmed: bool
    misfit: str = ""
    is_template: bool = False
    not_covered: tuple[str, ...] = ()


def recognize_upload(
    submission: Submission,
    record: str,
    content: bytes | FileContent,
    fixed_width: tuple[schema.FixedWidthColumn, ...] = (),
) -> UploadLayout:
    """Recognize how a file that a person uploads is read: as confirmed before, else as suggested.

    A file made from the template of its agreement is read by the template.

    Args:
        submission: what its sender states.
        record: the record type that the person chose; empty to detect it.
        content: its bytes, or content that can be opened.
        fixed_width: the columns of a file of fixed width, if the person sent them with it.

    Returns:
        The layout.

    Raises:
        UnreadableFile: the file cannot be read.
        UnrecognizedFile: the columns do not show what it holds, or it has no rows.
        SeveralRecordTypes: its tables are of several record types, and none was chosen.
    """
    try:
        upload = _recognize_layout(submission, record, content, fixed_width)
    except SeveralRecordTypes as several:
        _refuse_without_rows(submission, several.sheets, [kind.mapping for kind in several.kinds])
        raise
    _refuse_without_rows(submission, upload.sheets, [upload.mapping])
    return upload


def _refuse_without_rows(
    submission: Submission,
    sheets: Sequence[schema.Sheet],
    mappings: Sequence[schema.ColumnMapping] = (),
) -> None:
    """Refuse a file with headings alone; a file of changes may have none."""
    if submission.changes_as_of is None:
        terms = load_agreement_by_reference(submission.agreement.reference)
        refuse_file_without_rows(sheets, mappings, terms, submission.organization.slug)


def _recognize_layout(
    submission: Submission,
    record: str,
    content: bytes | FileContent,
    fixed_width: tuple[schema.FixedWidthColumn, ...] = (),
) -> UploadLayout:
    """Recognize how a file is read, also one that has no rows."""
    organization, feed, name = submission.organization, submission.feed, submission.name
    saved, misfit = queries.get_newest_mapping(organization, feed), ""
    fixed: dict[str, Any] = {}
    if saved is not None:
        mapping = schema.ColumnMapping.parse(saved.text)
        refuse_mixed_encodings(mapping, content)
        sheets, fixed = _read_by_saved_mapping(name, content, mapping, fixed_width)
        layout = queries.load_unread_columns(organization).get(feed, frozenset())
        try:
            refuse_misfit(feed, mapping, sheets, layout, record=record)
        except ColumnMismatch as mismatch:
            misfit = str(mismatch)
        else:
            is_same = fixed["fixed_width"] == mapping.fixed_width
            return UploadLayout(sheets, replace(mapping, **fixed), is_confirmed=is_same)
    elif fixed_width:
        fixed = {"fixed_width": fixed_width}
        sheets = tuple(read_file_in_child_process(name, content, **fixed))
    else:
        record = schema.ENCODED_RECORD_TYPE if contains_encodings(content) else record
        sheets, fixed_width = read_file_by_known_layout(name, content)
        fixed = {"fixed_width": fixed_width}
        refuse_correction_file(sheets)
    if template := recognize_template(submission, sheets, record):
        return UploadLayout(sheets, template, is_confirmed=False, misfit=misfit, is_template=True)
    not_covered: tuple[str, ...] = ()
    if len(sheets) > 1 and not record:
        mapping, not_covered = _choose_only_kind(submission, sheets)
    else:
        mapping = _guess_mapping(submission, sheets, record)
    mapping = replace(mapping, **fixed)
    return UploadLayout(sheets, mapping, is_confirmed=False, misfit=misfit, not_covered=not_covered)


def _read_by_saved_mapping(
    name: str,
    content: bytes | FileContent,
    mapping: schema.ColumnMapping,
    fixed_width: tuple[schema.FixedWidthColumn, ...],
) -> tuple[tuple[schema.Sheet, ...], dict[str, Any]]:
    """Read a file as the saved mapping of its data set says, else by a shipped layout.

    Returns:
        The sheets, and the rows to skip and the columns of fixed width by which they were read.

    Raises:
        UnreadableFile: the file cannot be read, and has no known layout.
    """
    widths = fixed_width or mapping.fixed_width
    fixed: dict[str, Any] = {"skip_rows": mapping.skip_rows, "fixed_width": widths}
    try:
        return tuple(read_file_in_child_process(name, content, **fixed)), fixed
    except schema.UnreadableFile:
        if fixed_width:  # the layout that came with the file counts, not another one
            raise
        sheets, widths = read_file_by_known_layout(name, content)
        if not widths:  # only the saved mapping made it unreadable, such as by rows to skip
            raise
    return sheets, {"skip_rows": None, "fixed_width": widths}


def _guess_mapping(
    submission: Submission, sheets: Sequence[schema.Sheet], record: str
) -> schema.ColumnMapping:
    """Guess how the one table of a file is read, or the table of the record type chosen."""
    try:
        mapping = guess_file_mapping(sheets, record or None)
    except schema.MappingProblem as problem:
        _refuse_without_rows(submission, sheets)
        kind = describe_file_kind(sheets)
        # What a file is says more than that no column of it is known.
        is_said = kind and not record and isinstance(problem, schema.UnknownHeadings)
        raise UnrecognizedFile(kind if is_said else f"{problem} {kind}".strip()) from problem
    if not record and not is_mapping_sufficient(mapping, sheets[0].header):
        _refuse_without_rows(submission, sheets)
        raise UnrecognizedFile(describe_file_kind(sheets) or _CHOOSE_RECORD_TYPE)
    return mapping


def _choose_only_kind(
    submission: Submission, sheets: Sequence[schema.Sheet]
) -> tuple[schema.ColumnMapping, tuple[str, ...]]:
    """Choose the mapping of the only table that the agreement covers and that is enough.

    Returns:
        The mapping, and the titles of the record types that the agreement does not cover.

    Raises:
        UnrecognizedFile: there is no such table.
        SeveralRecordTypes: there are several.
    """
    kinds = guess_feeds(submission.feed, sheets)
    terms = load_agreement_by_reference(submission.agreement.reference)
    records = {term.record for term in terms.data}
    covered = [kind for kind in kinds if kind.mapping.record in records]
    others = tuple(
        dict.fromkeys(
            kind.mapping.type.title_in_sentence
            for kind in kinds
            if kind.mapping.record not in records
        )
    )
    if not kinds:
        _refuse_without_rows(submission, sheets)
        raise UnrecognizedFile(describe_file_kind(sheets) or _CHOOSE_RECORD_TYPE)
    if not covered:
        raise UnrecognizedFile(
            f"The file holds {', '.join(others)}. The agreement {terms.reference} covers none of "
            "these. Choose another agreement, or ask the data manager to amend it."
        )
    if len(covered) > 1:
        raise SeveralRecordTypes(sheets, covered, others)
    return covered[0].mapping, others


def recognize_record_type(
    submission: Submission,
    kind: RecognizedFeed,
    sheets: tuple[schema.Sheet, ...],
    content: bytes | FileContent,
) -> UploadLayout:
    """Recognize how one record type of a file with several is read.

    Args:
        submission: what its sender states; the data set is that of the record type.
        kind: what its table holds.
        sheets: the sheets of the file.
        content: its bytes, or content that can be opened.

    Returns:
        The layout: as confirmed before for this data set, else as guessed.

    Raises:
        UnreadableFile: the file cannot be read.
        UnrecognizedFile: the data set is of another kind.
    """
    if queries.get_newest_mapping(submission.organization, submission.feed) is not None:
        # Other tables of the file may have rows where this one has none.
        return _recognize_layout(submission, kind.mapping.record, content)
    return UploadLayout(sheets, kind.mapping, is_confirmed=False)


def suggest_part_column(submission: Submission, upload: UploadLayout) -> UploadLayout:
    """Suggest the column that names the parts which were received so far, if the file has one.

    A person confirms it: a file with a suggested part column does not land by itself. A layout
    that was confirmed as one part gets a suggestion only where nothing says which part the file is.

    Args:
        submission: what its sender states.
        upload: how the file is recognized.

    Returns:
        The layout, with the part column in its mapping if there is one.
    """
    is_stated = submission.part or submission.changes_as_of or upload.mapping.part
    is_settled = upload.is_confirmed and not _has_unclear_part(submission)
    if is_stated or is_settled or len(upload.sheets) != 1:
        return upload
    current = list_current_rows(submission).keys() - {""}
    terms, mapping = load_agreement_by_reference(submission.agreement.reference), upload.mapping
    targets = {name: target.field for name, target in mapping.targets(mapping.columns).items()}
    covered = {name.partition(".")[2] for name in terms.elements if name.startswith(mapping.record)}
    columns = list_part_columns(
        upload.sheets[0].header,
        targets,
        covered,
        has_class_periods=bool(mapping.class_period_column),
    )
    for column in columns if current else ():
        split = replace(mapping, part=column)
        names = split_parts(
            upload.sheets, split, normalize_part_name, on=timezone.localdate()
        ).sheets.keys()
        if len(names) > 1 and names & current:
            misfit = upload.misfit or (_SEVERAL_PARTS % column if upload.is_confirmed else "")
            return replace(upload, mapping=split, is_template=False, misfit=misfit)
    return upload


def _has_unclear_part(submission: Submission) -> bool:
    """Return whether nothing says which of the parts received so far a file is."""
    current = queries.DeliverySlot.from_submission(submission).list_current_parts()
    try:
        choose_part_names([PurePath(submission.name)], current)
    except UnclearPart:
        return True
    return False


_SEVERAL_PARTS: Final = (
    "The files of this layout were one part each. The column “%s” of this file names several of "
    "these parts. Confirm that it names them, or choose that the file is one part."
)


def recognize_template(
    submission: Submission, sheets: Sequence[schema.Sheet], record: str = ""
) -> schema.ColumnMapping | None:
    """Recognize a file that was made from the template of its agreement.

    Args:
        submission: what its sender states.
        sheets: sheets of the file.
        record: the record type that the sender chose; empty to find it by the headings.

    Returns:
        The mapping of the template; None for any other file.
    """
    terms = load_agreement_by_reference(submission.agreement.reference)
    sender = submission.organization.slug
    return file_templates.find_template_mapping(sheets, terms, sender, submission.on, record)


def load_confirmed_layout(organization: Organization, feed: str) -> ConfirmedLayout | None:
    """Load the layout of a feed that a person confirmed.

    Args:
        organization: the sender.
        feed: short name of the feed.

    Returns:
        The layout; None if no mapping of the feed was confirmed yet.
    """
    saved = queries.get_newest_mapping(organization, feed)
    return ConfirmedLayout.parse(saved.layout) if saved else None


def propose_upload_layout(submission: Submission, upload: UploadLayout) -> LayoutProposal:
    """Propose how an uploaded file is read.

    Args:
        submission: what its sender states.
        upload: how it was recognized.

    Returns:
        The proposal; it lands by itself if its layout was confirmed and has not changed.
    """
    confirmed = (
        load_confirmed_layout(submission.organization, submission.feed)
        if upload.is_confirmed
        else None
    )
    if upload.is_template:
        confirmed = file_templates.build_template_layout(upload.mapping)
    proposal = propose_layout(
        upload.sheets,
        upload.mapping,
        load_agreement_by_reference(submission.agreement.reference),
        confirmed=confirmed,
        reason=file_templates.TEMPLATE_REASON if upload.is_template else "",
    )
    proposal = compare_with_earlier_files(submission, proposal)
    if column_date := extract_dates.find_date_in_column(upload.sheets, submission.on):
        proposal = replace(proposal, extract_date=column_date.isoformat())
    if submission.origin:
        days = extract_dates.list_sent_dates(submission).items()
        proposal = replace(proposal, sent_dates={place: str(day) for place, day in days})
    others = proposal.changes if upload.is_confirmed else ()
    return replace(proposal, changes=(upload.misfit, *others)) if upload.misfit else proposal


def propose_submission(
    submission: Submission, upload: UploadLayout, content: FileContent
) -> tuple[Submission, LayoutProposal]:
    """Propose how an uploaded file is read; one that was sent before keeps its period.

    Args:
        submission: what its sender states.
        upload: how it was recognized.
        content: its content.

    Returns:
        The submission and the proposal.
    """
    proposal = propose_upload_layout(submission, upload)
    settled = settle_known_period(submission, proposal, content)
    return settled, proposal if settled == submission else propose_upload_layout(settled, upload)


def settle_known_period(
    submission: Submission, proposal: LayoutProposal, content: FileContent
) -> Submission:
    """Take the period of the same file that counts already, where the stated one is wrong.

    Args:
        submission: what its sender states.
        proposal: how the file is read.
        content: its content.

    Returns:
        The submission, with the period and part of the file that counts. It is unchanged where the
        dates of the file fit the stated period, where they do not fit the other one either, and
        where files of its kind may have dates of earlier years.
    """
    data_years = proposal.data_years
    if data_years.has_history or not data_years.describe_contradiction(submission.period):
        return submission
    slot = queries.DeliverySlot.from_submission(submission)
    known = slot.find_other_period(content.compute_digest())
    if known is None or submission.changes_as_of:
        return submission
    if data_years.describe_contradiction(known.period):
        return submission
    return replace(submission, period=known.period, part=known.part)


def compare_with_earlier_files(submission: Submission, proposal: LayoutProposal) -> LayoutProposal:
    """Add what a person must look at: rows that vanished, changes out of order, another period.

    Args:
        submission: what its sender states.
        proposal: how the file is read.

    Returns:
        The proposal, which lands by itself only if there is nothing to look at.
    """
    proposal = compare_parts(submission, date_day_columns(submission, proposal))
    confirmed = load_confirmed_layout(submission.organization, submission.feed) or ConfirmedLayout()
    proposal = proposal.compare_period(submission.period, confirmed)
    if undated := extract_dates.describe_missing_date(submission, proposal.mapping):
        proposal = replace(proposal, changes=(*proposal.changes, undated))
    if submission.changes_as_of is None:
        slot = queries.DeliverySlot.from_submission(submission)
        return proposal.compare_rows(slot.count_earlier_rows())
    order = describe_change_order(submission)
    return replace(proposal, changes=(*proposal.changes, order)) if order else proposal


def date_day_columns(submission: Submission, proposal: LayoutProposal) -> LayoutProposal:
    """Give the days of a sheet with a column for each day the year of the file's period.

    A layout that a person confirmed for another year waits for one: its days, such as 9/8, would
    be those of a year ago.

    Args:
        submission: what its sender states.
        proposal: how the file is read.

    Returns:
        The proposal, with the school year of the period in its mapping.
    """
    wide = proposal.mapping.wide
    period_year = schema.find_period_year(submission.period)
    if wide is None and proposal.mapping.record == _ASSESSMENT and period_year:
        return _date_results(proposal, period_year)
    year = period_year or schema.find_school_year(timezone.localdate(submission.at))
    if wide is None or wide.school_year in ("", year):
        return proposal
    changes = proposal.changes
    if proposal.is_known:
        changes += (f"Days without a year are of {year} now, and were of {wide.school_year}.",)
    mapping = replace(proposal.mapping, wide=replace(wide, school_year=year))
    return replace(proposal, mapping=mapping, changes=changes)


def _date_results(proposal: LayoutProposal, year: str) -> LayoutProposal:
    """Give assessment results without a date and a year the school year of the file's period.

    Without a year no indicator would count them.
    """
    mapping = proposal.mapping
    stated = mapping.constants.get(_SCHOOL_YEAR, "")
    dated = {_SCHOOL_YEAR, "date"} & mapping.list_target_fields() - {*mapping.constants}
    if dated or stated == year:
        return proposal
    changes = proposal.changes
    if proposal.is_known and stated:
        changes += (f"Results without a date are of {year} now, and were of {stated}.",)
    constants = {**mapping.constants, _SCHOOL_YEAR: year}
    return replace(proposal, mapping=replace(mapping, constants=constants), changes=changes)


def refuse_mixed_encodings(known: schema.ColumnMapping, content: bytes | FileContent) -> None:
    """Refuse encodings under the name of a table, and a table under the name of encodings.

    Neither may replace the other.

    Args:
        known: the saved mapping of the feed.
        content: bytes of the file, or content that can be opened.

    Raises:
        UnrecognizedFile: the file is of the other kind.
    """
    encoded = contains_encodings(content)
    if encoded is not (known.record == schema.ENCODED_RECORD_TYPE):
        raise UnrecognizedFile(_ENCODED_UNEXPECTEDLY if encoded else _PLAIN_UNEXPECTEDLY)
