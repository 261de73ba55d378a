"""Recognize which feeds a file holds: by saved mappings, else by a guess from its columns.

A guess is used only where the columns show the kind of record; anything else is left to a
person. Interchange formats name their tables, so only the tables that they define are used.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from cairn.data.intake import queries
from cairn.data.intake.facts import list_mapped_elements
from cairn.governance.partners.api import Organization
from cairn.warehouse import schema
from cairn.warehouse.readers import contains_encodings, read_file_in_child_process

__all__ = [
    "RecognizedFeed",
    "UnrecognizedFile",
    "make_feed_name",
    "recognize_feeds",
    "refuse_mixed_encodings",
]

# The tables of an Ed-Fi interchange that are one of our record types; the others are not.
EDFI_RECORD_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Student": "student",
        "StudentSchoolAssociation": "enrollment",
        "StudentSchoolAttendanceEvent": "attendance",
        "StudentAssessment": "assessment",
        "StudentProgramAssociation": "participation",
        "Session": "calendar",
        "School": "school",
    }
)

# The two joined tables of a OneRoster archive.
ONEROSTER_RECORD_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"students": "student", "enrollments": "enrollment"}
)

_ONEROSTER_SOURCE_TABLES: Final = frozenset({"users", "orgs"})
_MIN_FIT: Final = 0.6

# A list of students has at least two identifying fields for each.
_MIN_PERSON_FIELDS: Final = 2


@dataclass(frozen=True, slots=True)
class RecognizedFeed:
    """One feed found in a file: its name, its mapping, and whether that was only guessed."""

    name: str
    mapping: schema.ColumnMapping
    guessed: bool


def recognize_feeds(
    file_name: str, sheets: Sequence[schema.Sheet], known: Mapping[str, schema.ColumnMapping]
) -> list[RecognizedFeed]:
    """Recognize the feeds in a file.

    Args:
        file_name: name of the file.
        sheets: its sheets.
        known: saved mappings by feed; a file that fits none of them is guessed.

    Returns:
        The feeds found.
    """
    recognized: dict[str, RecognizedFeed] = {}
    for sheet in sheets:
        if feed := find_best_feed(sheet, known):
            recognized.setdefault(feed, RecognizedFeed(feed, known[feed], guessed=False))
    if not recognized:
        for guess in _guess_feeds(file_name, sheets):
            recognized.setdefault(guess.name, guess)
    return list(recognized.values())


def find_best_feed(sheet: schema.Sheet, known: Mapping[str, schema.ColumnMapping]) -> str | None:
    """Return the feed with the mapping that fits a sheet best, if any fits well."""
    scores = {feed: _measure_fit(sheet, mapping) for feed, mapping in known.items()}
    feed = max(scores, key=lambda name: scores[name], default=None)
    return feed if feed is not None and scores[feed] >= _MIN_FIT else None


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
            proposed.append(schema.suggest_mapping(sheet.header, sheet.table, record))
        except schema.MappingProblem:
            if len(sheets) == 1:
                raise
    if not proposed:
        raise schema.MappingProblem("Cairn did not recognize any column name in this file.")
    return max(proposed, key=lambda mapping: (is_mapping_sufficient(mapping), len(mapping.columns)))


def is_mapping_sufficient(mapping: schema.ColumnMapping) -> bool:
    """Return whether a mapping has the required fields, typical fields, and a person."""
    record = mapping.type
    fields = {name.partition(".")[2] for name in list_mapped_elements(mapping)}
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
    return re.sub(r"[^a-z0-9]+", "-", hyphenated.lower()).strip("-")[:60].strip("-") or "feed"


def _measure_fit(sheet: schema.Sheet, mapping: schema.ColumnMapping) -> float:
    sheet_pattern = mapping.sheet
    if sheet_pattern and not fnmatchcase(sheet.name.casefold(), sheet_pattern.casefold()):
        return 0.0
    return len(mapping.targets(sheet.header)) / len(mapping.columns)


def _guess_feeds(file_name: str, sheets: Sequence[schema.Sheet]) -> Iterable[RecognizedFeed]:
    stem = make_feed_name(file_name)
    proposed = list(_propose_mappings(sheets))
    for sheet, mapping in proposed:
        is_single = len(proposed) == 1
        name = stem if is_single else f"{stem}-{make_feed_name(sheet.name)}"[:60]
        yield RecognizedFeed(name, mapping, guessed=True)


def _propose_mappings(
    sheets: Sequence[schema.Sheet],
) -> Iterable[tuple[schema.Sheet, schema.ColumnMapping]]:
    standard = _detect_interchange_format(sheets)
    for sheet in sheets:
        if standard is not None and sheet.name not in standard:
            continue
        try:
            mapping = schema.suggest_mapping(
                sheet.header, sheet.table, standard[sheet.name] if standard else None
            )
        except schema.MappingProblem:
            continue
        if is_mapping_sufficient(mapping):
            yield sheet, replace(mapping, sheet=sheet.name) if len(sheets) > 1 else mapping


def _detect_interchange_format(sheets: Sequence[schema.Sheet]) -> Mapping[str, str] | None:
    """Return the record types of an interchange format's tables; None for an ordinary file."""
    if any(note.code == "interchange" for sheet in sheets for note in sheet.notes):
        return EDFI_RECORD_TYPES
    if {sheet.name for sheet in sheets} >= {*ONEROSTER_RECORD_TYPES, *_ONEROSTER_SOURCE_TABLES}:
        return ONEROSTER_RECORD_TYPES
    return None


_ENCODED_UNEXPECTEDLY: Final = (
    "This file is encoded, but earlier files of this data set were not. Encoded files are kept "
    "apart from files with names. Use another data set name, such as encodings."
)

_PLAIN_UNEXPECTEDLY: Final = (
    "This file is not encoded, but earlier files of this data set were. If it has names that may "
    "not be shared, encode it first (cairn encode). Otherwise use another data set name."
)


class UnrecognizedFile(Exception):
    """The columns do not show what the file holds; the message says what to do."""


def choose_upload_mapping(
    organization: Organization, feed: str, record: str, name: str, content: bytes
) -> schema.ColumnMapping:
    """Choose the mapping for a file that a person uploads: the feed's saved one, else a guess.

    Raises:
        UnreadableFile: the file cannot be read.
        UnrecognizedFile: the columns do not show what it holds.
    """
    saved = queries.get_newest_mapping(organization, feed)
    if saved is not None:
        mapping = schema.ColumnMapping.parse(saved.text)
        refuse_mixed_encodings(mapping, content)
        return mapping
    record = schema.ENCODED_RECORD_TYPE if contains_encodings(content) else record
    try:
        mapping = guess_file_mapping(read_file_in_child_process(name, content), record or None)
    except schema.MappingProblem as problem:
        raise UnrecognizedFile(str(problem)) from problem
    if not record and not is_mapping_sufficient(mapping):
        raise UnrecognizedFile(
            "Cairn cannot detect the record type from the columns. Choose it above and upload the "
            "file again."
        )
    return mapping


def refuse_mixed_encodings(known: schema.ColumnMapping, content: bytes) -> None:
    """Refuse encodings under the name of a table, and a table under the name of encodings.

    Neither may replace the other.

    Args:
        known: the saved mapping of the feed.
        content: bytes of the file.

    Raises:
        UnrecognizedFile: the file is of the other kind.
    """
    encoded = contains_encodings(content)
    if encoded is not (known.record == schema.ENCODED_RECORD_TYPE):
        raise UnrecognizedFile(_ENCODED_UNEXPECTEDLY if encoded else _PLAIN_UNEXPECTEDLY)
