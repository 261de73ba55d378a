"""Run `cairn receive`: import each file, and report what was received, dropped and refused."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from cairn.data.intake import api as intake_api
from cairn.governance.agreements.api import Agreement, AgreementListing, find_visible_agreement
from cairn.governance.consents.api import compute_school_year
from cairn.governance.partners.api import Organization, find_operator, load_actor
from cairn.interfaces.cli.data import import_report
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.platform.accounts.api import User
from cairn.policy.facts import AgreementFact
from cairn.policy.vocabulary import Channel
from cairn.warehouse.progress import Progress
from cairn.warehouse.readers import FileContent, read_file, unlock_zip_in_child_process
from cairn.warehouse.schema import (
    LAST_MODIFIED,
    ColumnMapping,
    DateSource,
    FixedWidthColumn,
    MappingProblem,
    PeriodRule,
    Sheet,
    UnreadableFile,
    fold_header,
)

_UNRECOGNIZED: Final = (
    "Cairn does not recognize the kind of records from the columns. If the file holds records of a "
    "type that Cairn has, describe its columns in a file: --mapping FILE."
)

_STATE_PERIOD: Final = (
    "Nothing was imported. Give the period of the rows with --period, or split a file with rows of "
    "several periods. If the period is right, run the command again with --yes."
)

ONE_PART: Final = "none"
"""The option's word for a file that is one part although a column could name parts."""

IN_FILE_NAME: Final = "name"
"""The option's word for a day in the name of the file."""

AS_MODIFIED: Final = "modified"
"""The option's word for the day on which records changed, as the server of an address says."""

_SOURCE_SUFFIX: Final = ".toml"
"""The ending of a file that describes a query of a partner's database, or a REST API."""

_MAX_HEADING_BYTES: Final = 1 << 20
"""A file with headings alone is not larger."""


@dataclass(frozen=True, slots=True)
class ReceiveOptions:
    """Hold the options of the command as they were typed."""

    files: tuple[Path, ...]
    sender: str
    under: str
    feed: str
    period: str
    mapping: Path | None
    acting: str | None
    synthetic: str = ""
    part: str = ""
    replace_earlier: bool = False
    accept_proposals: bool = False
    id_column: str = ""
    absent_periods: int = 0
    changes_as_of: date | None = None
    extract_date: date | None = None
    part_column: str = ""
    date_source: str = ""
    password_file: Path | None = None
    layout: Path | None = None


@dataclass(frozen=True, slots=True)
class _RecognizedFile:
    """A file with the feed that it holds, and its part; the mapping may be chosen later.

    `content` is refused once the file changes, so that the recognized file is imported.
    `proposal` is None where the user gave the mapping, or where the file will be refused unread.
    """

    path: Path
    content: FileContent
    feed: str
    mapping: ColumnMapping | Callable[[], ColumnMapping]
    period: str
    part: str = ""
    proposal: intake_api.LayoutProposal | None = None
    changes_as_of: date | None = None
    extract_date: date | None = None
    origin: intake_api.FileOrigin | None = None


@dataclass(slots=True)
class _ImportContext:
    """Hold everything that is the same for each file of one command.

    ``is_period_given`` says whether the user gave the period; else the dates of a file decide.
    ``is_mapping_given`` says whether the user gave the one mapping for every file named directly.
    ``layouts`` are the columns of the newest file of each feed that its saved mapping leaves out.
    """

    organization: Organization
    agreement: Agreement
    terms: AgreementFact
    period: str
    is_period_given: bool
    feed: str
    part: str
    replace_earlier: bool
    known_mappings: dict[str, ColumnMapping]
    is_mapping_given: bool
    layouts: Mapping[str, frozenset[str]]
    by: User
    at: datetime
    synthetic: str
    accept_proposals: bool = False
    id_column: str = ""
    absent_periods: int = 0
    changes_as_of: date | None = None
    extract_date: date | None = None
    part_column: str = ""
    date_source: str = ""
    zip_password: str = field(default="", repr=False)
    fixed_width: tuple[FixedWidthColumn, ...] = ()
    may_submit: bool = False
    left: list[tuple[str, str]] = field(default_factory=list)
    last_read: list[tuple[Path, ColumnMapping, tuple[Sheet, ...]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)


def import_files(output: CommandOutput, options: ReceiveOptions) -> None:
    """Receive and check every file, then report what was received, set aside and not received."""
    context = _build_import_context(options)
    intake_api.destroy_unconfirmed_files(by=None, at=context.at)
    with output.show_progress() as progress:
        files = list(_list_files(options.files))
        # Whether any file may be read, by sender, agreement and user; each file is asked about
        # again when it is received.
        context.may_submit = _may_submit(context)
        recognized_files: list[_RecognizedFile] = []
        for number, (path, is_named) in enumerate(files, 1):
            progress.step(f"Reading {path.name} ({number} of {len(files)})")
            recognized_files += _recognize_file(context, path, is_named=is_named)
        received_files: list[intake_api.DeliveryReceipt] = []
        for assigned in _assign_parts(context, recognized_files):
            file = _settle_proposal(context, assigned)
            try:
                if file.proposal is not None:
                    progress.step(f"Previewing {file.path.name}")
                    context.proposals.append(_describe_proposal(context, file, file.proposal))
                    continue
                received_files += _import_delivery(context, file, progress)
            except (intake_api.DeliveryStateConflict, UnreadableFile) as conflict:
                context.left.append((file.path.name, str(conflict)))
    for body in context.proposals:
        import_report.print_proposal(output, body)
    output.facts["proposals"] = context.proposals
    for note in context.notes:
        output.print_text(f"As you agreed with --yes: {note}")
    output.facts["notes"] = context.notes
    import_report.report_import(
        output,
        [import_report.describe_received_file(received) for received in received_files],
        context.left,
    )
    failed = {
        intake_api.ReceiptResult.REFUSED,
        intake_api.ReceiptResult.UNUSABLE,
        intake_api.ReceiptResult.HELD,
    } & {received.result for received in received_files}
    named_files = {path.name for path, is_named in files if is_named}
    if (
        failed
        or context.proposals
        or not received_files
        or named_files & {name for name, _unused_reason in context.left}
    ):
        output.mark_findings()


def _build_import_context(options: ReceiveOptions) -> _ImportContext:
    by, at = find_operator(options.acting), timezone.localtime()
    organization, agreement_in_force = find_sender_agreement(options.sender, options.under, by, at)
    part = intake_api.normalize_part_name(options.part)
    if options.part and not part:
        raise CommandUsageError("--part: write a name with letters or digits.")
    return _ImportContext(
        organization=organization,
        agreement=agreement_in_force.row,
        terms=agreement_in_force.terms,
        period=options.period or compute_school_year(timezone.localdate(at)),
        is_period_given=bool(options.period),
        feed=options.feed,
        part=part,
        replace_earlier=options.replace_earlier,
        is_mapping_given=options.mapping is not None,
        layouts=intake_api.load_unread_columns(organization),
        known_mappings=_load_given_mappings(options, options.mapping)
        if options.mapping
        else _load_saved_mappings(organization),
        by=by,
        at=at,
        synthetic=options.synthetic,
        accept_proposals=options.accept_proposals,
        id_column=options.id_column,
        absent_periods=options.absent_periods,
        changes_as_of=options.changes_as_of,
        extract_date=options.extract_date,
        part_column=options.part_column,
        date_source=options.date_source,
        zip_password=_read_password(options.password_file),
        fixed_width=_read_layout(options.layout),
    )


def _read_layout(path: Path | None) -> tuple[FixedWidthColumn, ...]:
    """Read the layout of files of fixed width."""
    if path is None:
        return ()
    try:
        return intake_api.read_width_layout(path.name, FileContent.from_path(path), read=read_file)
    except UnreadableFile as problem:
        raise CommandUsageError(f"--layout: {problem}") from problem


def _read_password(path: Path | None) -> str:
    """Read the password of zip files: the first line of a file."""
    if path is None:
        return ""
    password = path.read_text("utf-8").partition("\n")[0].removesuffix("\r")
    if not password:
        raise CommandUsageError(f"--password-file: the first line of {path} is empty.")
    return password


def find_sender_agreement(
    sender: str, under: str, by: User, at: datetime
) -> tuple[Organization, AgreementListing]:
    """Find the organization and the agreement that the options of a command name.

    Args:
        sender: slug of the organization.
        under: reference of the agreement.
        by: the user who runs the command.
        at: the time.

    Returns:
        The organization and the agreement.

    Raises:
        CommandUsageError: one of them is not on record.
    """
    organization = Organization.objects.filter(slug=sender).first()
    if organization is None:
        partner_names = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandUsageError(
            f"--from: there is no partner “{sender}”. Partners: {partner_names}. "
            "Register a partner with its agreement: cairn agree FILE.toml --register"
        )
    try:
        agreement_in_force = find_visible_agreement(under, load_actor(by), timezone.localdate(at))
    except Agreement.DoesNotExist:
        raise CommandUsageError(
            f"--under: there is no agreement “{under}”. Record it: cairn agree FILE.toml"
        ) from None
    return organization, agreement_in_force


def _load_given_mappings(options: ReceiveOptions, mapping: Path) -> dict[str, ColumnMapping]:
    """Load the mappings of a file, of a folder, or of a folder with one folder for each partner."""
    if mapping.is_dir():
        sender_folder = mapping / options.sender
        mapping_files = sorted(
            (sender_folder if sender_folder.is_dir() else mapping).glob("*.toml")
        )
        return {
            intake_api.make_feed_name(path.stem): ColumnMapping.load(path) for path in mapping_files
        }
    return {options.feed or intake_api.make_feed_name(mapping.stem): ColumnMapping.load(mapping)}


def _load_saved_mappings(organization: Organization) -> dict[str, ColumnMapping]:
    return {
        row.feed: ColumnMapping.parse(row.text)
        for row in intake_api.list_saved_mappings(organization)
    }


def _list_files(paths: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    """List each file once, and whether the user named it directly or only its folder."""
    listed: set[Path] = set()
    for path, is_named in _list_named_files(paths):
        if path.resolve() not in listed:
            listed.add(path.resolve())
            yield path, is_named


def _list_named_files(paths: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    for path in paths:
        if path.is_dir():
            folder_files = (
                folder_file for folder_file in sorted(path.iterdir()) if folder_file.is_file()
            )
            yield from (
                (folder_file, False)
                for folder_file in folder_files
                if not folder_file.name.startswith(".")
            )
        else:
            yield path, True


def _recognize_file(
    context: _ImportContext, path: Path, *, is_named: bool
) -> Iterator[_RecognizedFile]:
    content, origin = FileContent.from_path(path), None
    try:
        if not context.may_submit:
            yield _name_unread_file(context, path, content)
            return
        if path.suffix.lower() == _SOURCE_SUFFIX:
            content, origin = _read_source(path)
        content = unlock_zip_in_child_process(path.name, content, context.zip_password)
        file_feeds, sheets = _recognize_feeds(context, path.name, content, is_named=is_named)
        _refuse_without_rows(context, path.name, content, file_feeds, sheets)
    except intake_api.ColumnMismatch as mismatch:
        context.left.append((path.name, f"{mismatch} Options: --feed NAME, --mapping FILE."))
        return
    except (UnreadableFile, intake_api.UnrecognizedFile) as error:
        context.left.append((path.name, str(error)))
        return
    covered = {term.record for term in context.terms.data}
    reasons = [] if file_feeds else [intake_api.describe_file_kind(sheets) or _UNRECOGNIZED]
    uncovered: list[str] = []
    for feed in file_feeds:
        if is_named or feed.mapping.record in covered:
            file = _RecognizedFile(
                path, content, feed.name, feed.mapping, context.period, origin=origin
            )
            yield from _try_to_propose(context, file, sheets)
        else:
            uncovered.append(feed.mapping.type.title_in_sentence)
    if uncovered:
        reasons.append(f"{context.terms.reference} does not cover {', '.join(uncovered)}.")
    if reasons and len(uncovered) == len(file_feeds):  # no data submission lists the tables
        reasons[-1] += f" {_describe_tables(sheets or read_file(path.name, content))}"
    context.left += [(path.name, reason) for reason in reasons]


def _refuse_without_rows(
    context: _ImportContext,
    name: str,
    content: FileContent,
    feeds: Sequence[intake_api.RecognizedFeed],
    sheets: Sequence[Sheet],
) -> None:
    """Refuse a file with headings alone, also where the user gave its mapping."""
    if context.changes_as_of or content.size > _MAX_HEADING_BYTES:
        return
    if not sheets:  # a mapping that the user gave: the file is not read before it lands
        try:
            sheets = _read_by_mapping(name, content, feeds[0].mapping)
        except UnreadableFile:
            return  # receiving it records the reason
    mappings = [feed.mapping for feed in feeds]
    intake_api.refuse_file_without_rows(sheets, mappings, context.terms, context.organization.slug)


def _read_source(path: Path) -> tuple[FileContent, intake_api.FileOrigin | None]:
    """Read the records of an API, with what its server says of them, or those of a query."""
    from cairn.warehouse.database_query import DatabaseQuery, read_database_query
    from cairn.warehouse.rest_sources import RestSource, is_rest_description, read_rest_source

    text = path.read_text("utf-8", errors="replace")
    if is_rest_description(text):
        source = RestSource.parse(path.name, text)
        secret = read_source_secret(source.secret_variable)
        file = read_rest_source(path.stem, source, secret)
        return FileContent.wrap(file.content), intake_api.build_file_origin(file)
    rows = read_database_query(path.name, DatabaseQuery.parse(path.name, text))
    return FileContent.wrap(rows), None


def read_source_secret(variable: str) -> str:
    """Read the secret of an API from the environment.

    Args:
        variable: the environment variable; empty if the API asks for no secret.

    Returns:
        The secret; empty without a variable, or if it is not set.
    """
    return os.environ.get(variable, "") if variable else ""


def _describe_tables(sheets: Sequence[Sheet]) -> str:
    """Describe the tables of a file that was not imported: their names and numbers of rows.

    The source tables of a joined one are not counted again.
    """
    sources = {sheet.sources[0] for sheet in sheets if sheet.sources}
    rows = {
        sheet.name: sheet.table.num_rows + len(sheet.misfits)
        for sheet in sheets
        if sheet.name not in sources
    }
    total = sum(rows.values())
    noun = "row" if total == 1 else "rows"
    names = ", ".join(f"{name} ({count:,})" for name, count in rows.items())
    return f"{total:,} {noun} not read: {names}."


def _assign_parts(
    context: _ImportContext, files: Sequence[_RecognizedFile]
) -> Iterator[_RecognizedFile]:
    """Give each of several files of one feed and period its own part; a single file has none.

    A file that will be refused unread keeps the part that the user named.
    """
    by_slot: dict[tuple[str, str], list[_RecognizedFile]] = {}
    for file in files:
        if callable(file.mapping):
            yield replace(file, part=context.part, changes_as_of=context.changes_as_of)
        else:
            by_slot.setdefault((file.feed, file.period), []).append(file)
    for slot_files in by_slot.values():
        yield from _settle_files(context, slot_files)


def _settle_files(
    context: _ImportContext, files: Sequence[_RecognizedFile]
) -> list[_RecognizedFile]:
    """Settle the part of each file of one feed and period, and what it does to the file before."""
    slot = intake_api.DeliverySlot(
        context.organization, context.agreement.reference, files[0].feed, files[0].period
    )
    current = list(slot.list_current_parts())
    settled = []
    for number, file in enumerate(files):
        named = replace(
            file,
            part=context.part if len(files) == 1 else "",
            changes_as_of=context.changes_as_of,
        )
        stated = context.extract_date or file.extract_date
        submission = replace(_build_submission(context, named), extract_date=stated)
        assert not callable(file.mapping)  # noqa: S101 - a file that was read has its mapping
        try:
            submission = intake_api.settle_submission(
                submission,
                file.mapping,
                partial(_choose_part_name, context, files, current, number),
            )
        except intake_api.UnclearPart as unclear:
            context.left.append((file.path.name, f"{unclear} Add --part."))
        except intake_api.UndatedChanges as undated:
            context.left.append((file.path.name, f"{undated} Add --as-of."))
        except intake_api.DeliveryStateConflict as conflict:
            context.left.append((file.path.name, str(conflict)))
        else:
            settled.append(
                replace(file, part=submission.part, changes_as_of=submission.changes_as_of)
            )
    return settled


def _choose_part_name(
    context: _ImportContext,
    files: Sequence[_RecognizedFile],
    current: Iterable[intake_api.Delivery],
    number: int,
) -> str:
    return _choose_part_names(context, files, current)[number]


def _choose_part_names(
    context: _ImportContext,
    files: Sequence[_RecognizedFile],
    current: Iterable[intake_api.Delivery],
) -> list[str]:
    if not context.part:
        return intake_api.choose_part_names([file.path for file in files], current)
    if len(files) > 1:
        raise intake_api.UnclearPart(
            f"{len(files)} files are of the data set “{files[0].feed}”, and “{context.part}” can "
            "be only one of them. Send each file by itself."
        )
    return [context.part]


def _may_submit(context: _ImportContext) -> bool:
    """Return whether the sender may hand in files at all, before anything in them is read."""
    submission = intake_api.Submission(
        organization=context.organization,
        agreement=context.agreement,
        channel=Channel.COMMAND,
        by=context.by,
        at=context.at,
        period=context.period,
        part=context.part,
        synthetic=context.synthetic,
    )
    return intake_api.decide_submission(submission).allowed


def _name_unread_file(context: _ImportContext, path: Path, content: FileContent) -> _RecognizedFile:
    """Name a file that will be refused; nothing in the file decides its name or its columns."""
    feed = context.feed or intake_api.make_feed_name(path.name)
    return _RecognizedFile(
        path,
        content,
        feed,
        partial(_choose_mapping, context, path.name, content),
        context.period,
    )


def _choose_mapping(context: _ImportContext, name: str, content: FileContent) -> ColumnMapping:
    """Choose the mapping of a file from a sender who was refused and may send by now."""
    feeds, _sheets = _recognize_feeds(context, name, content, is_named=True)
    for feed in feeds:
        return feed.mapping
    raise intake_api.UnrecognizedFile(_UNRECOGNIZED)


def _recognize_feeds(
    context: _ImportContext, name: str, content: FileContent, *, is_named: bool
) -> tuple[list[intake_api.RecognizedFeed], tuple[Sheet, ...]]:
    """Recognize the feeds in a file, and return its sheets where they decide how it is read.

    The one mapping that the user gave is always used for a file named directly. A saved mapping is
    used only where it fits the file.
    """
    given_feed = context.feed or (
        next(iter(context.known_mappings))
        if context.is_mapping_given and len(context.known_mappings) == 1
        else ""
    )
    if not is_named or not given_feed:
        sheets, widths = _read_unknown(context, name, content)
        feeds = intake_api.recognize_feeds(
            name, sheets, context.known_mappings, context.layouts, widths
        )
        if all(feed.guessed for feed in feeds):
            feeds = _recognize_template(context, intake_api.make_feed_name(name), sheets) or feeds
        return feeds, sheets
    mapping = context.known_mappings.get(given_feed)
    if mapping is None:
        sheets, widths = _read_unknown(context, name, content)
        if template := _recognize_template(context, given_feed, sheets):
            return template, sheets
        recognized = intake_api.recognize_feeds(name, sheets, {}, fixed_width=widths)
        return [
            intake_api.RecognizedFeed(given_feed, feed.mapping, guessed=True)
            for feed in recognized[:1]
        ], sheets
    intake_api.refuse_mixed_encodings(mapping, content)
    feeds = [intake_api.RecognizedFeed(given_feed, mapping, guessed=False)]
    if context.is_mapping_given:
        return feeds, ()
    sheets = _read_by_mapping(name, content, mapping)
    layout = context.layouts.get(given_feed, frozenset())
    intake_api.refuse_misfit(given_feed, mapping, sheets, layout)
    return feeds, sheets


def _read_unknown(
    context: _ImportContext, name: str, content: FileContent
) -> tuple[tuple[Sheet, ...], tuple[FixedWidthColumn, ...]]:
    """Read a file of a new layout, and return its fixed widths if it has them."""
    if context.fixed_width:
        sheets = read_file(name, content, fixed_width=context.fixed_width)
        return tuple(sheets), context.fixed_width
    return intake_api.read_file_by_known_layout(
        name, content, context.known_mappings.values(), read=read_file
    )


def _recognize_template(
    context: _ImportContext, feed: str, sheets: Sequence[Sheet]
) -> list[intake_api.RecognizedFeed]:
    """Recognize a file of a new data set that was made from the template of the agreement."""
    if feed in context.known_mappings:
        return []
    template = intake_api.find_template_mapping(
        sheets, context.terms, context.organization.slug, timezone.localdate(context.at)
    )
    return [intake_api.RecognizedFeed(feed, template, guessed=True)] if template else []


def _try_to_propose(
    context: _ImportContext, file: _RecognizedFile, sheets: Sequence[Sheet]
) -> Iterator[_RecognizedFile]:
    """Propose how a file is read; leave it out where it lacks a column that an option names."""
    assert not callable(file.mapping)  # noqa: S101 - a file that was read has its mapping
    if not sheets:  # a mapping that the user gave
        with suppress(UnreadableFile):  # receiving it records the reason
            sheets = _read_once(context, file, file.mapping)
    try:
        yield _propose_file(context, _settle_period(context, file, sheets), sheets)
    except intake_api.UnrecognizedFile as problem:
        context.left.append((file.path.name, str(problem)))


def _settle_period(
    context: _ImportContext, file: _RecognizedFile, sheets: Sequence[Sheet]
) -> _RecognizedFile:
    """Take the period from the dates of the file where the user gave none."""
    mapping = file.mapping
    assert not callable(mapping)  # noqa: S101 - a file that was read has its mapping
    if context.is_period_given:
        return file
    dated = intake_api.settle_period(_build_submission(context, file), mapping, sheets)
    return replace(file, period=dated.period)


def _require_period(
    context: _ImportContext, file: _RecognizedFile, sheets: Sequence[Sheet]
) -> None:
    """Refuse a file with a given mapping and dates that contradict its period, without --yes.

    Raises:
        UnrecognizedFile: they do, and the user does not agree to it.
    """
    assert not callable(file.mapping)  # noqa: S101 - a file that was read has its mapping
    on = timezone.localdate(context.at)
    data_years = intake_api.find_data_years(sheets, file.mapping, context.terms.elements, on)
    layout = intake_api.load_confirmed_layout(context.organization, file.feed)
    confirmed = layout or intake_api.ConfirmedLayout()
    contradiction = confirmed.describe_contradiction(data_years, file.period)
    if contradiction and not context.accept_proposals:
        raise intake_api.UnrecognizedFile(f"{contradiction} {_STATE_PERIOD}")
    _note_period(context, file, contradiction)


def _note_period(context: _ImportContext, file: _RecognizedFile, contradiction: str) -> None:
    """Note that the user agreed to a period that the dates of a file contradict."""
    if contradiction:
        context.notes.append(f"{file.path.name}: {contradiction}")


def _propose_file(
    context: _ImportContext, file: _RecognizedFile, sheets: Sequence[Sheet]
) -> _RecognizedFile:
    """Propose how a file is read, unless the user gave its mapping."""
    known = context.known_mappings.get(file.feed)
    assert not callable(file.mapping)  # noqa: S101 - a file that was read has its mapping
    if context.is_mapping_given and known is not None:
        _require_period(context, file, sheets)
        return _date_file(context, file, sheets)
    confirmed, reason = None, ""
    if known is not None:
        confirmed = intake_api.load_confirmed_layout(context.organization, file.feed)
    elif _recognize_template(context, file.feed, sheets):
        confirmed = intake_api.build_template_layout(file.mapping)
        reason = intake_api.TEMPLATE_REASON
    mapping = _choose_part_column(context, file, sheets, is_known=known is not None)
    mapping = _choose_date_source(context, file, mapping, sheets)
    mapping = _choose_period_rule(context, mapping)
    if mapping != file.mapping and known is None:
        confirmed, reason = None, ""  # not as the template has it
    proposal = intake_api.propose_layout(
        sheets,
        mapping,
        context.terms,
        confirmed=confirmed,
        reason=reason,
        chosen_id=context.id_column if context.id_column in _list_headings(sheets) else "",
    )
    if mapping != file.mapping:
        proposal = replace(proposal, is_known=False)  # the user changes a layout: to confirm again
    dated = replace(file, mapping=proposal.mapping, proposal=proposal)
    return _date_file(context, dated, sheets)


def _choose_part_column(
    context: _ImportContext, file: _RecognizedFile, sheets: Sequence[Sheet], *, is_known: bool
) -> ColumnMapping:
    """Return the mapping with the part column that the user named, or that Cairn suggests."""
    assert not callable(file.mapping)  # noqa: S101 - a file that was read has its mapping
    headings = _list_headings(sheets)
    if context.part_column in headings:
        try:
            return replace(file.mapping, part=context.part_column)
        except MappingProblem as problem:
            raise intake_api.UnrecognizedFile(f"--part-column: {problem}") from problem
    if context.part_column == ONE_PART:
        return replace(file.mapping, part="")
    if context.part_column:
        raise intake_api.UnrecognizedFile(
            f"The file has no column “{context.part_column}”, which --part-column names. Its "
            f"columns: {', '.join(sorted(headings))}."
        )
    submission = replace(
        _build_submission(context, file), part=context.part, changes_as_of=context.changes_as_of
    )
    layout = intake_api.UploadLayout(tuple(sheets), file.mapping, is_confirmed=is_known)
    # As on the page: a confirmed layout is shown again where nothing says the part.
    return intake_api.suggest_part_column(submission, layout).mapping


def _choose_date_source(
    context: _ImportContext,
    file: _RecognizedFile,
    mapping: ColumnMapping,
    sheets: Sequence[Sheet],
) -> ColumnMapping:
    """Return the mapping with the date source that the user named, if they named one."""
    if not context.date_source:
        return mapping
    if context.date_source in _list_headings(sheets):
        return replace(mapping, date_source=DateSource(column=context.date_source))
    on = timezone.localdate(context.at)
    name = file.origin.sent_name if file.origin else file.path.name
    if context.date_source == IN_FILE_NAME and (order := intake_api.find_name_order(name, on)):
        return replace(mapping, date_source=DateSource(order))
    if context.date_source == AS_MODIFIED and file.origin and file.origin.modified_on:
        return replace(mapping, date_source=DateSource(header=LAST_MODIFIED))
    raise intake_api.UnrecognizedFile(
        f"Nothing about {file.path.name} says the day that --date-source asks for. Write "
        f"“{IN_FILE_NAME}” for a name such as roster_2026-11-30.csv, “{AS_MODIFIED}” for what the "
        "server of an address says (Last-Modified), or a heading of the file."
    )


def _choose_period_rule(context: _ImportContext, mapping: ColumnMapping) -> ColumnMapping:
    """Return the mapping with the number of absent periods that the user named, if they did."""
    if not context.absent_periods:
        return mapping
    if not mapping.has_class_periods:
        raise intake_api.UnrecognizedFile(
            "No column of the file is a class period or says the class period of a row, and "
            "--absent-periods is about those. Leave the option out."
        )
    try:
        return replace(mapping, periods=PeriodRule(context.absent_periods))
    except MappingProblem as problem:
        raise intake_api.UnrecognizedFile(f"--absent-periods: {problem}") from problem


def _date_file(
    context: _ImportContext, file: _RecognizedFile, sheets: Sequence[Sheet]
) -> _RecognizedFile:
    """State the day of the data as the layout says where it is."""
    mapping = file.mapping
    assert not callable(mapping)  # noqa: S101 - a file that was read has its mapping
    submission = replace(_build_submission(context, file), changes_as_of=context.changes_as_of)
    dated = intake_api.date_submission(submission, mapping, sheets)
    return replace(file, extract_date=dated.extract_date)


def _read_by_mapping(name: str, content: FileContent, mapping: ColumnMapping) -> tuple[Sheet, ...]:
    return tuple(
        read_file(name, content, skip_rows=mapping.skip_rows, fixed_width=mapping.fixed_width)
    )


def _read_once(
    context: _ImportContext, file: _RecognizedFile, mapping: ColumnMapping
) -> tuple[Sheet, ...]:
    """Read what a mapping reads of a file, with the days in it, and keep it until it is imported.

    Only the last file is kept; of several, the others are read again when they are imported.
    """

    def choose_columns(header: Iterable[str]) -> list[str]:
        names = list(header)
        day = fold_header(mapping.date_source.column) if mapping.date_source else ""
        wanted = {*mapping.list_read_columns(names)}
        return [name for name in names if name in wanted or fold_header(name) == day != ""]

    context.last_read.clear()
    with file.content.hash_meanwhile():  # receiving the file asks for its digest
        sheets = tuple(
            read_file(
                file.path.name,
                file.content,
                skip_rows=mapping.skip_rows,
                fixed_width=mapping.fixed_width,
                choose_columns=None if mapping.wide else choose_columns,
            )
        )
    context.last_read.append((file.path, mapping, sheets))
    return sheets


def _take_read_sheets(context: _ImportContext, file: _RecognizedFile) -> tuple[Sheet, ...]:
    """Take what was read of a file by its mapping; nothing if it was not, or read otherwise."""
    for path, mapping, sheets in context.last_read:
        if (path, mapping) == (file.path, file.mapping):
            context.last_read.clear()
            return sheets
    return ()


def _list_headings(sheets: Sequence[Sheet]) -> set[str]:
    return {name for sheet in sheets for name in sheet.header}


def _settle_proposal(context: _ImportContext, file: _RecognizedFile) -> _RecognizedFile:
    """Drop the proposal of a file that lands: its layout was confirmed, or the user agrees."""
    if file.proposal is None:
        return file
    submission = _build_submission(context, file)
    proposal = intake_api.compare_with_earlier_files(submission, file.proposal)
    known = intake_api.settle_known_period(submission, proposal, file.content)
    if known != submission:
        proposal = intake_api.compare_with_earlier_files(known, file.proposal)
        file = replace(file, period=known.period, part=known.part)
    is_accepted = context.accept_proposals and not proposal.has_open_questions
    lands = proposal.lands_by_itself or is_accepted
    if is_accepted:
        _note_period(context, file, proposal.data_years.describe_contradiction(file.period))
    return replace(file, mapping=proposal.mapping, proposal=None if lands else proposal)


def _build_submission(context: _ImportContext, file: _RecognizedFile) -> intake_api.Submission:
    """Build what the sender of a file states."""
    return intake_api.Submission(
        organization=context.organization,
        agreement=context.agreement,
        channel=Channel.COMMAND,
        by=context.by,
        at=context.at,
        name=file.path.name,
        feed=file.feed,
        period=file.period,
        part=file.part,
        synthetic=context.synthetic.strip(),
        changes_as_of=file.changes_as_of,
        extract_date=None if file.changes_as_of else context.extract_date or file.extract_date,
        origin=file.origin,
    )


def _describe_proposal(
    context: _ImportContext, file: _RecognizedFile, proposal: intake_api.LayoutProposal
) -> dict[str, Any]:
    """Describe how a file would be read. A layout that changed waits for its steward, stored."""
    submission = _build_submission(context, file)
    sheets = _read_by_mapping(file.path.name, file.content, proposal.mapping)
    preview = intake_api.preview_submission(submission, sheets, proposal.mapping)
    waiting = None
    if proposal.is_known:
        waiting = intake_api.propose_file(
            submission=submission,
            content=file.content.read(),
            proposal=proposal,
            preview=preview,
            by=context.by,
            at=context.at,
        )
    return {
        "file": file.path.name,
        "feed": file.feed,
        "period": file.period,
        "part": file.part,
        "waiting": waiting.pk if waiting else None,
        "period_note": proposal.data_years.describe_contradiction(file.period),
        **proposal.to_json(),
        "preview": preview,
    }


def _import_delivery(
    context: _ImportContext, file: _RecognizedFile, progress: Progress
) -> list[intake_api.DeliveryReceipt]:
    """Receive a file and check what was accepted; one receipt for each part of the file."""
    progress.step(f"Importing {file.path.name}")
    received = (
        intake_api.receive_changes(
            submission=_build_submission(context, file),
            content=file.content,
            mapping=file.mapping,
            by=context.by,
            at=context.at,
        )
        if file.changes_as_of
        else _receive_whole_file(context, file)
    )
    return [_check_delivery(context, part, progress) for part in received.all_parts]


def _check_delivery(
    context: _ImportContext, received: intake_api.DeliveryReceipt, progress: Progress
) -> intake_api.DeliveryReceipt:
    if not received.delivery.is_current:
        return received
    checked_delivery = intake_api.check_delivery(
        delivery=received.delivery, by=context.by, at=timezone.now(), progress=progress
    )
    return intake_api.DeliveryReceipt(checked_delivery, received.result)


def _receive_whole_file(
    context: _ImportContext, file: _RecognizedFile
) -> intake_api.DeliveryReceipt:
    return intake_api.receive_whole_file(
        submission=_build_submission(context, file),
        content=file.content,
        mapping=file.mapping,
        by=context.by,
        at=context.at,
        replace_earlier=context.replace_earlier,
        read_sheets=_take_read_sheets(context, file),
    )
