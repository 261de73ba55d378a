"""Find the columns that are several assessment results in each row, and group them by result.

“Fall Score”, “Fall Level”, “Spring Score” and “Spring Level” are two results of a student. The
other words of a heading are the season, the subject, or else the part of the assessment.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final

from cairn.warehouse.schema.failures import Failure
from cairn.warehouse.schema.mapping_rules import ResultGroup
from cairn.warehouse.schema.school_years import parse_school_year

__all__ = [
    "group_result_columns",
    "is_subject_name",
    "propose_one_result",
    "propose_result_columns",
]

_RESULT_FIELDS: Final = ("score", "percentile", "performance_level", "met")
_DATE: Final = "date"
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|%\w+|\w+")
_YEARS: Final = re.compile(r"(?<!\d)(\d{4}|\d{2})\s?[-/\u2013]\s?(\d{4}|\d{2})(?!\d)")
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_FIRST_SEASON: Final = "fall"
_LAST_SEASON: Final = "spring"
_OVERALL: Final = frozenset({"overall", "composite", "total"})
_WHOLE: Final = "Overall"
_MIN_RESULTS: Final = 2


@dataclass(frozen=True, slots=True)
class _HeadingParts:
    """What a heading says, each part empty if it says nothing; ``rest`` are its other words."""

    field: str
    season: str
    subject: str
    rest: str
    is_other: bool
    year: str = ""

    @property
    def result(self) -> tuple[str, str, str, str]:
        """Which result of the row the column belongs to."""
        return self.season, self.subject.casefold(), self.rest.casefold(), self.year


def propose_result_columns(header: Sequence[str]) -> dict[str, str]:
    """Propose the columns that are several results in each row.

    There are at least two results, which have a field in common and differ in the season
    or the subject, or which all have the same two fields or more. A heading that is only a season
    is taken for a score; the caller looks at its cells.

    Args:
        header: names of the columns.

    Returns:
        Column → field; empty if the rows have one result each.
    """
    parts = _read_headings(header)
    found = {name: part for name, part in parts.items() if part.field and not part.is_other}
    results: dict[tuple[str, str, str, str], list[str]] = {}
    for part in found.values():
        results.setdefault(part.result, []).append(part.field)
    named = {result: fields for result, fields in results.items() if any(result)}
    marked = {result: fields for result, fields in named.items() if result[0] or result[1]}
    shapes = {frozenset(fields) for fields in named.values()}
    alike = len(shapes) == 1 and all(len(shape) > 1 for shape in shapes)
    wanted = marked if len(marked) >= _MIN_RESULTS else named if alike else {}
    fields = [field for names in wanted.values() for field in {*names} - {_DATE}]
    is_shared = any(fields.count(field) >= _MIN_RESULTS for field in fields)
    is_clear = all(len({*names}) == len(names) for names in wanted.values())
    if len(wanted) < _MIN_RESULTS or not (is_shared and is_clear):
        return {}
    return {name: part.field for name, part in found.items() if part.result in wanted}


def propose_one_result(header: Sequence[str]) -> tuple[dict[str, str], str]:
    """Propose the columns of the only result in each row; their headings name the subject.

    Such as “Math Scale Score” and “Math Performance Level”. A level alone may be anything of a
    list of students, so it is none.

    Args:
        header: names of the columns.

    Returns:
        Column → field, and the subject as the headings write it; nothing unless they name one.
    """
    found = {
        name: part
        for name, part in _read_headings(header).items()
        if part.field in _RESULT_FIELDS and part.subject and not (part.is_other or part.rest)
    }
    fields = [part.field for part in found.values()]
    results = {part.result for part in found.values()}
    if len(results) != 1 or len({*fields}) < len(fields) or _RESULT_FIELDS[0] not in fields:
        return {}, ""
    columns = {name: part.field for name, part in found.items()}
    return columns, next(part.subject for part in found.values())


def is_subject_name(text: str) -> bool:
    """Return whether a text names an academic subject, and says nothing else.

    Args:
        text: such as the name of a sheet.

    Returns:
        Whether it does.
    """
    part = _read_heading(text)
    return bool(part.subject) and not (part.rest or part.field or part.season)


def group_result_columns(
    columns: Mapping[str, str],
) -> tuple[dict[str, str], tuple[ResultGroup, ...]]:
    """Group the columns of several results in a row by the result to which each belongs.

    Args:
        columns: column → target of an assessment, where several columns may have the same field
            of a result, such as the score.

    Returns:
        The columns that each result repeats, and the groups; no group if no field of a result has
        two columns.
    """
    targets = [*columns.values()]
    if not any(targets.count(field) > 1 for field in _RESULT_FIELDS):
        return dict(columns), ()
    grouped = {*_RESULT_FIELDS, *([_DATE] if targets.count(_DATE) > 1 else [])}
    groups: dict[tuple[str, str, str, str], dict[str, str]] = {}
    labels: dict[tuple[str, str, str, str], _HeadingParts] = {}
    parts = _read_headings([name for name, field in columns.items() if field in grouped])
    for name, heading in parts.items():
        field = columns[name]
        is_taken = field in groups.get(heading.result, {}).values()
        part = _HeadingParts(field, "", "", name, is_other=False) if is_taken else heading
        groups.setdefault(part.result, {})[name] = field
        labels.setdefault(part.result, part)
    repeated = {name: target for name, target in columns.items() if target not in grouped}
    taken = {*repeated.values()}
    results = (
        _build_group(names, {k: v for k, v in _name_result(labels[key]) if k not in taken})
        for key, names in groups.items()
    )
    return repeated, tuple(results)


def _build_group(columns: Mapping[str, str], constants: Mapping[str, str]) -> ResultGroup:
    """Build the group; a date alone is no result."""
    needs = tuple(name for name, field in columns.items() if field != _DATE)
    return ResultGroup(columns, constants, needs=needs if len(needs) < len(columns) else ())


def _name_result(part: _HeadingParts) -> Iterator[tuple[str, str]]:
    """Yield the fields that tell a result apart; a part of a subject has another subject."""
    if part.year:
        yield "school_year", part.year
    if part.season:
        yield "season", part.season
    if part.subject:
        yield "subject", f"{part.subject} skills" if part.rest else part.subject
    yield "measure", part.rest or _WHOLE


@dataclass(frozen=True, slots=True)
class _HeadingWords:
    """The spellings that are looked for in headings, the longer ones first."""

    fields: Sequence[tuple[tuple[str, ...], str]]
    seasons: Sequence[tuple[tuple[str, ...], str]]
    subjects: Sequence[tuple[tuple[str, ...], str]]
    other: frozenset[str]


@cache
def _load_words() -> _HeadingWords:
    path = files("cairn.warehouse.schema.results") / "heading_words.toml"
    tables = tomllib.loads(path.read_text("utf-8"))
    fields, seasons, subjects = (
        sorted(
            ((tuple(text.split()), name) for name, texts in tables[key].items() for text in texts),
            key=lambda entry: -len(entry[0]),
        )
        for key in ("fields", "seasons", "subjects")
    )
    return _HeadingWords(fields, seasons, subjects, frozenset(tables["other"]))


@cache
def _read_heading(heading: str) -> _HeadingParts:
    vocabulary = _load_words()
    years = _YEARS.search(heading)
    year = parse_school_year(years[0]) if years else ""
    if isinstance(year, Failure):
        years, year = None, ""
    if years:
        heading = heading.replace(years[0], " ")
    words = _WORD.findall(heading.replace("_", " "))
    folded = [word.casefold() for word in words]
    is_other = bool(vocabulary.other & {*folded})
    season, _text = _take_words(words, folded, vocabulary.seasons)
    second, _text = _take_words(words, folded, vocabulary.seasons)
    field, _text = _take_words(words, folded, vocabulary.fields)
    _found, subject = _take_words(words, folded, vocabulary.subjects)
    for word in [word for word in words if _YEAR.fullmatch(word)]:
        words.remove(word)
        year = year or _find_year_of_season(int(word), season)
    rest = [word for word in words if word.casefold() not in _OVERALL]
    if season and not (field or subject or rest):
        field = _RESULT_FIELDS[0]
    return _HeadingParts(field, season, subject, " ".join(rest), is_other or bool(second), year)


def _find_year_of_season(year: int, season: str) -> str:
    """Find the school year of a season of a calendar year; the year itself for any other season."""
    if season == _FIRST_SEASON:
        return f"{year}-{(year + 1) % 100:02d}"
    return f"{year - 1}-{year % 100:02d}" if season == _LAST_SEASON else str(year)


def _read_headings(header: Sequence[str]) -> dict[str, _HeadingParts]:
    """Read headings together: the winter of 2026 is of the school year of the other seasons.

    Unless each result of the file has a school year then, none has: it would be counted apart.
    """
    parts = {name: _read_heading(name) for name in header}
    known = {part.year for part in parts.values() if "-" in part.year}
    for name, part in parts.items():
        if part.year.isdecimal():
            year = int(part.year)
            before, after = f"{year - 1}-{year % 100:02d}", f"{year}-{(year + 1) % 100:02d}"
            settled = before if before in known else after if after in known else ""
            parts[name] = replace(part, year=settled)
    is_dated = all(part.year for part in parts.values() if part.field)
    return parts if is_dated else {name: replace(part, year="") for name, part in parts.items()}


def _take_words(
    words: list[str], folded: list[str], spellings: Sequence[tuple[tuple[str, ...], str]]
) -> tuple[str, str]:
    """Take the first of these spellings out of the words; return its name and how it is written."""
    for spelling, name in spellings:
        size = len(spelling)
        for start in range(len(folded) - size + 1):
            if tuple(folded[start : start + size]) == spelling:
                text = " ".join(words[start : start + size])
                del words[start : start + size], folded[start : start + size]
                return name, text
    return "", ""
