"""Recognize which feeds a file holds: by saved mappings, else by a guess from its columns.

A saved mapping is used for a file only where it fits: it finds the columns that its record type
needs, and the columns do not show another record type better. A guess is a proposal: nothing lands
by it until a person confirms it (`proposals`). Interchange formats name their tables, so
only the tables that they define are used.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from cairn.data.intake.facts import list_mapped_elements
from cairn.data.intake.proposals.file_kinds import NO_HEADER, has_no_headings, is_about_addresses
from cairn.policy.checks import find_declared_mode
from cairn.policy.facts import AgreementFact
from cairn.warehouse import schema
from cairn.warehouse.layouts import find_layout
from cairn.warehouse.pipeline import CORRECTION_HEADINGS, UnusableDelivery, choose_sheets

__all__ = [
    "ColumnMismatch",
    "RecognizedFeed",
    "UnrecognizedFile",
    "make_feed_name",
    "recognize_feeds",
    "refuse_file_without_rows",
    "refuse_misfit",
]

# The tables of an Ed-Fi interchange that are one of our record types; the others are not.
EDFI_RECORD_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Student": "student",
        "StudentSchoolAssociation": "enrollment",
        "StudentSchoolAttendanceEvent": "attendance",
        "StudentAssessment": "assessment",
        "StudentProgramAssociation": "participation",
        "StudentSpecialEducationProgramAssociation": "special_education",
        "StudentCTEProgramAssociation": "career_technical",
        "StudentTitleIPartAProgramAssociation": "title_i",
        "StudentMigrantEducationProgramAssociation": "migrant_education",
        "StudentLanguageInstructionProgramAssociation": "english_learner",
        "StudentHomelessProgramAssociation": "homelessness",
        "DisciplineAction": "discipline",
        "StudentHealth": "immunization",
        "StudentContactAssociation": "contact",
        "StudentParentAssociation": "contact",
        "Session": "calendar",
        "School": "school",
    }
)

# The two joined tables of a OneRoster archive.
ONEROSTER_RECORD_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"students": "student", "enrollments": "enrollment"}
)

_ONEROSTER_COLUMNS: Final = frozenset({"sourcedId", "status", "dateLastModified"})
"""What users of OneRoster have, from its API or in a table by itself."""

_NO_DATA: Final = frozenset(
    {schema.RowKind.TITLE, schema.RowKind.HEADER, schema.RowKind.BLANK}
    | {schema.RowKind.TOTAL, schema.RowKind.FOOTER}
)
_MIN_FIT: Final = 0.6
_NAME_LENGTH: Final = 60  # the field of a data set's name
_KIND_LENGTH: Final = 40
_DIGEST_LENGTH: Final = 8
_NAMED_COLUMNS: Final = 8  # in a message; an Ed-Fi table can have hundreds

# A list of students has at least two identifying fields for each.
_MIN_PERSON_FIELDS: Final = 2
_STUDENT: Final = "student"
_ASSESSMENT: Final = "assessment"
_SUBJECT: Final = "subject"
_ID_FIELDS: Final = frozenset({"local_id", "state_id"})
_RESULT_FIELDS: Final = frozenset(
    {"assessment", "subject", "measure", "season", "date", "score", "percentile", "met"}
)
_NAME_FIELDS: Final = frozenset(
    {"given_name", "middle_name", "family_name", "suffix", "preferred_name"}
)


@dataclass(frozen=True, slots=True)
class RecognizedFeed:
    """One feed found in a file: its name, its mapping, and whether that was only guessed."""

    name: str
    mapping: schema.ColumnMapping
    guessed: bool


def recognize_feeds(
    file_name: str,
    sheets: Sequence[schema.Sheet],
    known: Mapping[str, schema.ColumnMapping],
    layouts: Mapping[str, frozenset[str]] = MappingProxyType({}),
    fixed_width: tuple[schema.FixedWidthColumn, ...] = (),
) -> list[RecognizedFeed]:
    """Recognize the feeds in a file.

    Args:
        file_name: name of the file.
        sheets: its sheets.
        known: saved mappings by feed; a file that fits none of them is guessed.
        layouts: columns of the newest file of each feed that no mapping reads; a file with the
            same columns is read by the same mapping even if they suggest another record type.
        fixed_width: the layout by which the sheets were read; empty for a file with separators.

    Returns:
        The feeds found.

    Raises:
        ColumnMismatch: the file fits no saved mapping, and what its columns suggest has the name
            of a feed that is read otherwise.
        UnrecognizedFile: the file is the export of a survey that cannot be read, or a correction
            file.
    """
    refuse_correction_file(sheets)
    recognized: dict[str, RecognizedFeed] = {}
    read: set[str] = set()
    guesses = guess_feeds(file_name, sheets)
    if fixed_width:
        guesses = [
            replace(guess, mapping=replace(guess.mapping, fixed_width=fixed_width))
            for guess in guesses
        ]
    suggested = {guess.mapping.sheet: guess.mapping for guess in guesses}
    for sheet in sheets:
        suggestion = suggested.get(sheet.name if len(sheets) > 1 else None)
        fitting = {
            feed: mapping
            for feed, mapping in known.items()
            if _is_fit(sheet, mapping, suggestion, layouts.get(feed, frozenset()))
        }
        if feed := find_best_feed(sheet, fitting, preferred=make_feed_name(file_name)):
            recognized.setdefault(feed, RecognizedFeed(feed, known[feed], guessed=False))
            read.add(sheet.name)
    if recognized:
        new = _list_new_tables(sheets, guesses, read)
        recognized |= {guess.name: guess for guess in new if guess.name not in known}
    if not recognized:
        for guess in guesses:
            if guess.name in known:
                raise ColumnMismatch(_describe_misfit(guess.name, known[guess.name], sheets))
            recognized.setdefault(guess.name, guess)
    if not recognized and (nearest := _find_nearest_feed(sheets, known)):
        raise ColumnMismatch(_describe_misfit(nearest, known[nearest], sheets))
    if not recognized and (problem := _find_survey_problem(sheets)):
        raise UnrecognizedFile(problem)
    return list(recognized.values())


def _list_new_tables(
    sheets: Sequence[schema.Sheet],
    guesses: Iterable[RecognizedFeed],
    read: AbstractSet[str],
) -> list[RecognizedFeed]:
    """List the tables of an interchange that no saved mapping reads: each has its record type."""
    if _detect_interchange_format(sheets) is not EDFI_RECORD_TYPES:
        return []
    return [guess for guess in guesses if (guess.mapping.sheet or sheets[0].name) not in read]


def refuse_correction_file(sheets: Iterable[schema.Sheet]) -> None:
    """Refuse the rows with problems of an earlier file: alone they are no file of a data set.

    Args:
        sheets: the sheets of a file.

    Raises:
        UnrecognizedFile: one of them is of such a file.
    """
    if any(CORRECTION_HEADINGS[0] in sheet.header for sheet in sheets):
        raise UnrecognizedFile(
            "This is a correction file of Cairn. Upload it on the page of its data submission, "
            "under Correct the rows with problems, or use cairn receive --corrects. Nothing was "
            "imported."
        )


def refuse_file_without_rows(
    sheets: Sequence[schema.Sheet],
    mappings: Iterable[schema.ColumnMapping],
    terms: AgreementFact,
    sender: str,
) -> None:
    """Refuse a file that has column headings alone: an export of the wrong dates looks like this.

    Where the agreement says what each file does to the file before, a file without rows has a
    meaning. It goes on, and replaces no rows until a person decides (``find_replacement_hold``).

    Args:
        sheets: the sheets of a file that is not one of changes.
        mappings: the mappings by which it would be read; without one, all of its sheets count.
        terms: the agreement.
        sender: slug of the sender.

    Raises:
        UnrecognizedFile: no table that would be read has a row; the message names its columns.
    """
    read: list[schema.Sheet] = []
    for mapping in mappings:
        if find_declared_mode(terms, mapping.record, sender) is not None:
            return
        try:
            read += choose_sheets(sheets, mapping)
        except UnusableDelivery:
            return  # the file lacks the mapped columns, which is the problem to describe
    read = read or list(sheets)
    headings = [*dict.fromkeys(heading for sheet in read for heading in sheet.header)]
    headings = [heading for heading in headings if heading != schema.SHEET_NAME_COLUMN]
    # One column without rows is a line of text.
    if len(headings) > 1 and not any(_has_data(sheet) for sheet in read):
        if has_no_headings(headings):
            raise UnrecognizedFile(f"The file has one row. {NO_HEADER}")
        raise UnrecognizedFile(
            "The file has column headings and no rows of data. Its columns: "
            f"{_list_some(headings)}. Nothing was imported, and earlier files stay as they are. "
            "Check the dates and filters of the export, and send the file again with its "
            "rows. If there is nothing to report, send no file."
        )


def _has_data(sheet: schema.Sheet) -> bool:
    """Return whether a sheet has rows other than headings, titles and totals."""
    others = any(note.code not in _NO_DATA for note in sheet.left_out)
    return bool(sheet.table.num_rows or sheet.misfits or others)


def _find_survey_problem(sheets: Sequence[schema.Sheet]) -> str:
    """Say why the export of a survey cannot be read; empty if there is none, or it can."""
    for sheet in sheets:
        if sheet.survey is not None and not sheet.survey.parent:
            try:
                _suggest_sheet_mapping(sheet, None, sheets)
            except schema.MappingProblem as problem:
                return str(problem)
    return ""


def _find_nearest_feed(
    sheets: Sequence[schema.Sheet], known: Mapping[str, schema.ColumnMapping]
) -> str:
    """Return the feed with the most of its columns in a file; empty if none has any."""
    shares = {
        feed: max((_measure_fit(sheet, mapping) for sheet in sheets), default=0.0)
        for feed, mapping in known.items()
    }
    nearest = max(shares, key=lambda feed: shares[feed], default="")
    return nearest if shares.get(nearest) else ""


def find_best_feed(
    sheet: schema.Sheet, known: Mapping[str, schema.ColumnMapping], preferred: str = ""
) -> str | None:
    """Return the feed with the mapping that fits a sheet best, if any fits well.

    Among equal ones it is the preferred feed.
    """
    scores = {feed: _measure_fit(sheet, mapping) for feed, mapping in known.items()}
    feed = max(scores, key=lambda name: (scores[name], name == preferred), default=None)
    return feed if feed is not None and scores[feed] >= _MIN_FIT else None


def refuse_misfit(
    feed: str,
    mapping: schema.ColumnMapping,
    sheets: Sequence[schema.Sheet],
    layout: frozenset[str] = frozenset(),
    *,
    record: str = "",
) -> None:
    """Refuse a file that the saved mapping of its feed does not fit.

    Args:
        feed: short name of the feed.
        mapping: its saved mapping.
        sheets: sheets of the file.
        layout: columns of the newest file of the feed that no mapping reads.
        record: the record type that the sender chose; empty to compare with what the columns
            suggest.

    Raises:
        ColumnMismatch: the mapping does not fit; the message names the columns.
        UnrecognizedFile: it is a correction file, which belongs on another page.
    """
    refuse_correction_file(sheets)
    suggested = {sheet.name: proposal for sheet, proposal in _propose_mappings(sheets)}
    is_chosen = record == mapping.record
    if (record and not is_chosen) or not any(
        _is_fit(sheet, mapping, None if is_chosen else suggested.get(sheet.name), layout)
        for sheet in sheets
    ):
        raise ColumnMismatch(_describe_misfit(feed, mapping, sheets))


def guess_file_mapping(
    sheets: Sequence[schema.Sheet], record: str | None = None
) -> schema.ColumnMapping:
    """Guess the mapping of the sheet that holds the most.

    Args:
        sheets: sheets of a file.
        record: fixes the record type.

    Returns:
        The most likely mapping.

    Raises:
        MappingProblem: no column name is recognized.
    """
    proposed = []
    for sheet in sheets:
        try:
            proposed.append(_suggest_sheet_mapping(sheet, record, sheets))
        except schema.MappingProblem:
            if len(sheets) == 1 or (sheet.survey and not sheet.survey.parent):
                raise
    if not proposed:
        raise schema.UnknownHeadings("Cairn did not recognize any column name in this file.")
    return max(proposed, key=lambda mapping: (is_mapping_sufficient(mapping), len(mapping.columns)))


def is_mapping_sufficient(mapping: schema.ColumnMapping, header: Sequence[str] = ()) -> bool:
    """Return whether a mapping has the required fields, typical fields, and a person.

    Args:
        mapping: the column mapping.
        header: the columns of the file; empty for a mapping that is not compared with a file.

    Returns:
        Whether it may be proposed. IDs and names alone are no list of students where many columns
        are left unread: any file about students has them. A list of users has roles.
    """
    record = mapping.type
    fields = {name.partition(".")[2] for name in list_mapped_elements(mapping)}
    if record.name == _STUDENT and not fields & {*record.person} - _ID_FIELDS:
        return False
    if record.name == _STUDENT and fields <= _ID_FIELDS | _NAME_FIELDS:
        read = len(mapping.list_present_columns(header))
        if (len(header) - read) * 2 > read and not schema.has_role_heading(header):
            return False
    if record.name == _ASSESSMENT and not fields & _RESULT_FIELDS:
        return False  # a level alone may be a flag of anything, such as a risk of absence
    required = {name for name, field in record.fields.items() if field.required}
    person_fields = fields & {*record.person}
    is_typical = (
        bool(fields & {*record.telling})
        if record.telling
        else len(person_fields) >= _MIN_PERSON_FIELDS
    )
    return required <= fields and is_typical and (bool(person_fields) or not record.subject)


def make_feed_name(text: str) -> str:
    """Make a feed's name from that of a file or a sheet: lower case letters, digits and hyphens.

    Args:
        text: name of the file or sheet.

    Returns:
        At most 60 characters.
    """
    hyphenated = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", PurePath(text).stem)
    return (
        re.sub(r"[^a-z0-9]+", "-", hyphenated.lower()).strip("-")[:_NAME_LENGTH].strip("-")
        or "feed"
    )


def _name_kind(stem: str, kind: str) -> str:
    """Name the data set of one kind of records in a file: the file's name, then the kind.

    A name that would be too long keeps its end, the kind, and has a digest of the whole name: the
    shortened names of two files or tables may be alike.
    """
    name = f"{stem}-{kind}"
    if len(name) <= _NAME_LENGTH:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST_LENGTH]
    end = kind[-_KIND_LENGTH:].strip("-")
    start = stem[: _NAME_LENGTH - _DIGEST_LENGTH - len(end) - 2].strip("-")
    return f"{start}-{digest}-{end}"


def _is_fit(
    sheet: schema.Sheet,
    mapping: schema.ColumnMapping,
    suggestion: schema.ColumnMapping | None,
    layout: frozenset[str],
) -> bool:
    """Return whether a saved mapping may read a sheet.

    It must find the columns that its record type needs. If the columns suggest another record
    type, it must also read at least as many of them, unless they are those of the feed's last
    file. For example a roster's mapping finds the student IDs of a file of scores, and leaves the
    scores out.
    """
    missing = mapping.find_missing_columns(sheet.header)
    columns = mapping.list_present_columns(sheet.header)
    if not columns or not _matches_sheet_name(sheet, mapping):
        return False
    try:
        present = replace(mapping, columns=columns, periods=None) if missing else None
    except schema.MappingProblem:  # a time in without its time out
        return False
    if present and not is_mapping_sufficient(present):
        return False
    if suggestion is None or suggestion.record == mapping.record:
        return True
    read_columns = mapping.list_read_columns(sheet.header)
    unread = {*sheet.header} - {*read_columns}
    suggested = suggestion.list_read_columns(sheet.header)
    return (not missing and unread <= layout) or len(read_columns) >= len(suggested)


def _describe_misfit(
    feed: str, mapping: schema.ColumnMapping, sheets: Sequence[schema.Sheet]
) -> str:
    expected = _list_some([*mapping.columns])
    present = _list_some([*dict.fromkeys(header for sheet in sheets for header in sheet.header)])
    return (
        f"The columns of this file are not those of the data set “{feed}” "
        f"({mapping.type.title_in_sentence}). Expected columns: {expected}. Columns in this file: "
        f"{present or 'none'}. If it is another kind of file, give it another data set name. If "
        "the layout changed, change the column mapping first."
    )


def _list_some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED_COLUMNS])
    others = len(names) - _NAMED_COLUMNS
    return f"{shown} and {others} more" if others > 0 else shown


def _measure_fit(sheet: schema.Sheet, mapping: schema.ColumnMapping) -> float:
    if not _matches_sheet_name(sheet, mapping) or not mapping.columns:
        return 0.0
    return mapping.measure_fit(sheet.header)


def _matches_sheet_name(sheet: schema.Sheet, mapping: schema.ColumnMapping) -> bool:
    pattern = mapping.sheet
    return not pattern or fnmatchcase(sheet.name.casefold(), pattern.casefold())


def guess_feeds(file_name: str, sheets: Sequence[schema.Sheet]) -> list[RecognizedFeed]:
    """Guess what each table of a file holds.

    Args:
        file_name: name of the file, or of its data set.
        sheets: its sheets.

    Returns:
        A data set for each table that is enough of one record type, or one for all tables that are
        alike; none where no table is.
    """
    stem = make_feed_name(file_name)
    proposed = list(_propose_mappings(sheets))
    if merged := _merge_alike_sheets(sheets, proposed):
        return [RecognizedFeed(stem, merged, guessed=True)]
    if len(proposed) == 1:
        return [RecognizedFeed(stem, proposed[0][1], guessed=True)]
    is_edfi = _detect_interchange_format(sheets) is EDFI_RECORD_TYPES
    feeds = []
    for sheet, mapping in proposed:
        # Of a nested table, such as “students.visits”, the end is no ending of a file.
        is_nested = any(sheet.name.startswith(f"{other.name}.") for other in sheets)
        table = sheet.name.replace(".", " ") if is_nested else sheet.name
        kind = mapping.record.replace("_", "-") if is_edfi else make_feed_name(table)
        feeds.append(RecognizedFeed(_name_kind(stem, kind), mapping, guessed=True))
    return feeds


def _merge_alike_sheets(
    sheets: Sequence[schema.Sheet],
    proposed: Sequence[tuple[schema.Sheet, schema.ColumnMapping]],
) -> schema.ColumnMapping | None:
    """Return the one mapping of sheets that are alike, such as one for each month or site."""
    mappings = [replace(mapping, sheet=None) for _sheet, mapping in proposed]
    if len(mappings) <= 1 or any(mapping != mappings[0] for mapping in mappings):
        return None
    names = [sheet.name for sheet, _mapping in proposed]
    chosen = choose_sheets(sheets, mappings[0])
    return mappings[0] if [sheet.name for sheet in chosen] == names else None


def _propose_mappings(
    sheets: Sequence[schema.Sheet],
) -> Iterable[tuple[schema.Sheet, schema.ColumnMapping]]:
    standard = _detect_interchange_format(sheets)
    for sheet in sheets:
        if standard is not None and sheet.name not in standard:
            continue
        try:
            record = standard[sheet.name] if standard else None
            mapping = _suggest_sheet_mapping(sheet, record, sheets)
        except schema.MappingProblem:
            continue
        if is_mapping_sufficient(mapping, sheet.header) and not _is_directory(sheet, mapping):
            yield sheet, replace(mapping, sheet=sheet.name) if len(sheets) > 1 else mapping


def _is_directory(sheet: schema.Sheet, mapping: schema.ColumnMapping) -> bool:
    """Return whether the names of a sheet are those of organizations, and no child has an ID."""
    targets = {target.partition(":")[0] for target in mapping.columns.values()}
    persons = targets & {*mapping.type.person, schema.WHOLE_NAME}
    return persons == {schema.WHOLE_NAME} and is_about_addresses(sheet.header)


def _suggest_sheet_mapping(
    sheet: schema.Sheet, record: str | None, sheets: Sequence[schema.Sheet]
) -> schema.ColumnMapping:
    """Suggest the mapping of a survey or a known layout, else one from the columns' spellings."""
    if sheet.survey is not None and record in (None, *schema.SURVEY_RECORDS):
        if sheet.survey.parent:
            raise schema.MappingProblem("A repeated group is read with the sheet of its survey.")
        repeated = [s for s in sheets if s.survey and s.survey.parent == sheet.name]
        return schema.suggest_survey_mapping([sheet, *repeated], record)
    if record in schema.SURVEY_RECORDS and not schema.has_answer_rows(sheet):
        form = schema.describe_plain_survey(sheet)
        return schema.suggest_survey_mapping([replace(sheet, survey=form)], record)
    layout = find_layout(sheet.header)
    if (
        layout is not None
        and record in (None, layout.mapping.record)
        and not _has_other_subjects(sheet, layout.mapping)
    ):
        return layout.mapping
    mapping = schema.suggest_mapping(sheet.header, sheet.table, record)
    if {*sheet.header} >= _ONEROSTER_COLUMNS and mapping.record == _STUDENT:
        return replace(mapping, deletes=schema.DeletionMark("status", ("tobedeleted",)))
    return mapping


def _has_other_subjects(sheet: schema.Sheet, mapping: schema.ColumnMapping) -> bool:
    """Return whether a column that a layout does not read says different subjects.

    A layout for the results in reading would call the rows in mathematics reading, too.
    """
    constants = [mapping.constants, *(group.constants for group in mapping.results)]
    subjects = [named[_SUBJECT] for named in constants if _SUBJECT in named]
    if not subjects:
        return False
    read = {*mapping.list_read_columns(sheet.header)}
    columns = {
        column
        for column, field in schema.list_heading_matches(sheet.header, mapping.type)
        if field == _SUBJECT and column not in read
    }
    for column in columns:
        cells = {cell.strip() for cell in sheet.table[column].to_pylist() if cell and cell.strip()}
        if len(cells) > 1 or {*map(_is_mathematics, cells)} - {*map(_is_mathematics, subjects)}:
            return True
    return False


def _is_mathematics(subject: str) -> bool:
    return subject.casefold().startswith("math")


def _detect_interchange_format(sheets: Sequence[schema.Sheet]) -> Mapping[str, str] | None:
    """Return the record types of an interchange format's tables; None for an ordinary file."""
    if any(note.code == "interchange" for sheet in sheets for note in sheet.notes):
        return EDFI_RECORD_TYPES
    # Also an archive without users or enrollments: its terms, for example, are no enrollments.
    if any(sheet.sources and sheet.name in ONEROSTER_RECORD_TYPES for sheet in sheets):
        return ONEROSTER_RECORD_TYPES
    return None


class UnrecognizedFile(Exception):
    """The columns do not show what the file holds; the message says what to do."""


class ColumnMismatch(UnrecognizedFile):
    """The saved mapping of the data set does not fit the file; the message names the columns."""
