"""Which feeds a file holds: by the mappings that are known, else by a guess from its columns.

A guess is taken only where the columns tell the kind of record; anything else is left for a
person. Interchange formats name their tables, so there nothing is guessed that they do not mean.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from cairn.intake.facts import elements
from cairn.warehouse.mapping import Mapping as ColumnMapping
from cairn.warehouse.mapping import MappingProblem
from cairn.warehouse.read import Sheet
from cairn.warehouse.suggest import suggest

# The tables of an Ed-Fi interchange that are one of our record types; the others are not.
EDFI: Final[Mapping[str, str]] = MappingProxyType(
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
ONEROSTER: Final[Mapping[str, str]] = MappingProxyType(
    {"students": "student", "enrollments": "enrollment"}
)
_ONEROSTER_RAW: Final = frozenset({"users", "orgs"})
_FITS: Final = 0.6
# A list of children says more of each than one number.
_KNOWN_BY: Final = 2


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed found in a file: its name, how it is read, and whether that was only guessed."""

    name: str
    mapping: ColumnMapping
    guessed: bool


def feeds(
    file_name: str, sheets: Sequence[Sheet], known: Mapping[str, ColumnMapping]
) -> list[Feed]:
    """The feeds in a file. ``known`` are mappings by feed; what none of them fits is guessed."""
    found: dict[str, Feed] = {}
    for sheet in sheets:
        if fitting := best(sheet, known):
            found.setdefault(fitting, Feed(fitting, known[fitting], guessed=False))
    if not found:
        for guess in _guesses(file_name, sheets):
            found.setdefault(guess.name, guess)
    return list(found.values())


def best(sheet: Sheet, known: Mapping[str, ColumnMapping]) -> str | None:
    """The feed whose mapping fits a sheet best, if any fits well."""
    scores = {feed: _fit(sheet, mapping) for feed, mapping in known.items()}
    feed = max(scores, key=lambda name: scores[name], default=None)
    return feed if feed is not None and scores[feed] >= _FITS else None


def guess(sheets: Sequence[Sheet], record: str | None = None) -> ColumnMapping:
    """The likeliest mapping of the sheet that tells most. ``MappingProblem`` when none does."""
    proposed = []
    for sheet in sheets:
        try:
            proposed.append(suggest(sheet.header, sheet.table, record))
        except MappingProblem:
            if len(sheets) == 1:
                raise
    if not proposed:
        raise MappingProblem("In no sheet of the file was a column name recognized.")
    return max(proposed, key=lambda mapping: (tells(mapping), len(mapping.columns)))


def tells(mapping: ColumnMapping) -> bool:
    """Whether a mapping finds what makes its record type useful: required, telling, a person."""
    record = mapping.type
    fed = {name.partition(".")[2] for name in elements(mapping)}
    required = {name for name, field in record.fields.items() if field.required}
    whom = fed & {*record.person}
    told = bool(fed & {*record.telling}) if record.telling else len(whom) >= _KNOWN_BY
    return required <= fed and told and (bool(whom) or not record.subject)


def feed_name(text: str) -> str:
    """A feed's name from a file's or a sheet's: small letters, digits and hyphens."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", PurePath(text).stem)
    return re.sub(r"[^a-z0-9]+", "-", parts.lower()).strip("-")[:60].strip("-") or "feed"


def _fit(sheet: Sheet, mapping: ColumnMapping) -> float:
    wanted = mapping.sheet
    if wanted and not fnmatchcase(sheet.name.casefold(), wanted.casefold()):
        return 0.0
    return len(mapping.targets(sheet.header)) / len(mapping.columns)


def _guesses(file_name: str, sheets: Sequence[Sheet]) -> Iterable[Feed]:
    stem = feed_name(file_name)
    proposed = list(_proposed(sheets))
    for sheet, mapping in proposed:
        alone = len(proposed) == 1
        name = stem if alone else f"{stem}-{feed_name(sheet.name)}"[:60]
        yield Feed(name, mapping, guessed=True)


def _proposed(sheets: Sequence[Sheet]) -> Iterable[tuple[Sheet, ColumnMapping]]:
    standard = _standard(sheets)
    for sheet in sheets:
        if standard is not None and sheet.name not in standard:
            continue
        try:
            mapping = suggest(sheet.header, sheet.table, standard[sheet.name] if standard else None)
        except MappingProblem:
            continue
        if tells(mapping):
            yield sheet, replace(mapping, sheet=sheet.name) if len(sheets) > 1 else mapping


def _standard(sheets: Sequence[Sheet]) -> Mapping[str, str] | None:
    """What the tables of an interchange format mean; ``None`` for an ordinary file."""
    if any(note.code == "interchange" for sheet in sheets for note in sheet.notes):
        return EDFI
    if {sheet.name for sheet in sheets} >= {*ONEROSTER, *_ONEROSTER_RAW}:
        return ONEROSTER
    return None
