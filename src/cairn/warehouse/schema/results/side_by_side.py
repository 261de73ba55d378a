"""Find the columns that are several records in each row, such as two parents of a student.

A heading such as “Parent 2 Phone” is a kind, a number and a field; `side_by_side.toml` lists the
spellings. Contacts, doses and grades become a row of their own each; the class periods of a day
become one event.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from cairn.warehouse.schema.clock_times import split_heading
from cairn.warehouse.schema.mapping_rules import DerivedColumn, ResultGroup
from cairn.warehouse.schema.results.result_columns import group_result_columns

__all__ = ["GroupedColumns", "group_columns", "list_side_by_side_records"]

_ASSESSMENT: Final = "assessment"
_POSSESSIVE: Final = re.compile(r"['\u2019]s\b")
_IGNORED: Final = frozenset({"of", "the", "student", "child", "del", "de", "la"})
_ORDINALS: Final = {"primary": "1", "secondary": "2", "tertiary": "3"}
_MAX_WORDS: Final = 6
_MIN_RECORDS: Final = 2
_MOST: Final = 99
_LONGEST: Final = 12

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupedColumns:
    """Columns grouped by the record of the row to which each belongs.

    Attributes:
        columns: column → target of what each record repeats.
        results: the records of a row; none if a row is one record.
        derived: the columns that are made of several, such as a first and a last name.
    """

    columns: dict[str, str]
    results: tuple[ResultGroup, ...] = ()
    derived: Mapping[str, DerivedColumn] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a heading says; ``rank`` is lower for a better spelling of the field.

    ``plain`` is the word of a heading without a field, such as "grade".
    """

    kind: str = ""
    number: str = ""
    field: str = ""
    rank: int = 0
    rest: str = ""
    plain: str = ""

    @property
    def record(self) -> _Key:
        """Which record of the row the column belongs to."""
        return self.kind, self.number, self.rest.casefold()

    def fill_in(self, text: str) -> str:
        """Fill the parts of the heading into a text."""
        return text.format(kind=self.kind, number=self.number, rest=self.rest).strip()


@dataclass(frozen=True, slots=True)
class _RecordWords:
    """How headings of one record type are read; ``entries`` are those of the file."""

    record: str
    kinds: Mapping[str, str]
    fields: Mapping[str, tuple[str, int]]
    entries: Mapping[str, Any]

    def list_entry(self, name: str) -> Sequence[str]:
        """List the texts of an entry; none if the file lacks it."""
        texts: Sequence[str] = self.entries.get(name, ())
        return texts

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that each record of a row has for itself."""
        return frozenset(name for name, _rank in self.fields.values())

    def is_number_wrong(self, part: _Heading) -> bool:
        """Return whether a kind has a number that it never has, so that it is something else."""
        most: int = self.entries.get("most", {}).get(part.kind, _MOST)
        return int(part.number or 0) > most

    def list_constants(self, part: _Heading) -> Iterator[tuple[str, str]]:
        """Yield what a heading says of its record: field and value."""
        for name, text in self.entries.get("constants", {}).items():
            if value := part.fill_in(text):
                yield name, value
        yield from self.entries.get("by_kind", {}).get(part.kind, {}).items()
        if part.rest and "rest" in self.entries:
            yield self.entries["rest"], part.rest

    def parse_heading(self, heading: str) -> _Heading:
        """Read a heading: its kind, its number, its field and its other words."""
        words = split_heading(_POSSESSIVE.sub("", heading))
        words = [word for word in words if word not in _IGNORED]
        kind, start, end = self._find_kind(words)
        if not kind or len(words) > _LONGEST:  # a question of a survey
            return _Heading()
        others, number = [*words[end:], *words[:start]], ""
        for word in others:
            digits = _ORDINALS.get(word, word.rstrip("stndrh"))
            if digits.isdigit():
                others.remove(word)
                number = str(int(digits))
                break
        if not number and kind in self.list_entry("numbered"):
            return _Heading()
        name, rank, rest = self._find_field(others)
        plain = "" if name else next((w for w in rest if w in self.list_entry("plain")), "")
        titles = [word.title() for word in rest if word != plain]
        return _Heading(kind, number, name, rank, " ".join(titles), plain)

    def _find_kind(self, words: Sequence[str]) -> tuple[str, int, int]:
        for start in range(len(words)):
            for end in range(min(len(words), start + _MAX_WORDS), start, -1):
                if kind := self.kinds.get("".join(words[start:end])):
                    return kind, start, end
        return "", 0, 0

    def _find_field(self, words: Sequence[str]) -> tuple[str, int, list[str]]:
        for size in range(len(words), 0, -1):
            for start in range(len(words) - size + 1):
                if found := self.fields.get("".join(words[start : start + size])):
                    return (*found, [*words[:start], *words[start + size :]])
        return "", 0, [*words]


@lru_cache(maxsize=1 << 14)
def _read_heading(record: str, heading: str) -> _Heading:
    return _load_words()[record].parse_heading(heading)


@cache
def _load_words() -> Mapping[str, _RecordWords]:
    path = files("cairn.warehouse.schema.results") / "side_by_side.toml"
    return {
        record: _RecordWords(
            record,
            {text: kind for kind, texts in entries["kinds"].items() for text in texts},
            {
                text: (name, rank)
                for name, texts in entries["fields"].items()
                for rank, text in enumerate(texts)
            },
            entries,
        )
        for record, entries in tomllib.loads(path.read_text("utf-8")).items()
    }


def propose_side_by_side(
    record: str,
    header: Sequence[str],
    mapped: AbstractSet[str],
    fits: Callable[[str, str], bool],
) -> dict[str, str]:
    """Propose the columns that are several records in each row.

    Args:
        record: name of the record type.
        header: names of the columns.
        mapped: fields that columns have by their headings: where one names the course, no heading
            of a grade does.
        fits: whether the cells of a column can be a field.

    Returns:
        Column → field, where the columns of one record's name have the same field; empty if each
        row is one record.
    """
    if record not in _load_words():
        return {}
    words = _load_words()[record]
    parts = {name: part for name in header if (part := _read_heading(words.record, name)).kind}
    wrong = {part.kind for part in parts.values() if words.is_number_wrong(part)}
    has_rest = "rest" in words.entries and not mapped & {words.entries["rest"], "course_code"}
    parts = {
        name: part
        for name, part in parts.items()
        if part.kind not in wrong and bool(part.rest) is has_rest
    }
    plain: dict[str, list[str]] = {}
    for name, part in parts.items():
        if not part.field:
            plain.setdefault(part.plain, []).append(name)
    by_cells = {
        word: next((t for t in words.list_entry("bare") if all(fits(n, t) for n in names)), "")
        for word, names in plain.items()
    }
    records: dict[_Key, dict[str, list[str]]] = {}
    for name, part in parts.items():
        target = part.field or by_cells[part.plain] or words.list_entry("bare")[-1]
        if fits(name, target):
            records.setdefault(part.record, {}).setdefault(target, []).append(name)
    core = {*words.list_entry("core")}
    records = {key: found for key, found in records.items() if core & found.keys()}
    if len(records) < _MIN_RECORDS:
        return {}
    return {
        name: target
        for found in records.values()
        for target, names in found.items()
        for name in _choose_columns(words, target, names)
    }


def _choose_columns(words: _RecordWords, target: str, names: Sequence[str]) -> Sequence[str]:
    """Choose the column of a field with the best spelling, or those that are joined to a name."""
    if target in words.list_entry("joined"):
        whole = [name for name in names if not _find_name_part(words, name)]
        if not whole:
            return names
        names = whole
    return [min(names, key=lambda name: _read_heading(words.record, name).rank)]


def _find_name_part(words: _RecordWords, heading: str) -> int:
    """Return 1 for a first name, 2 for a last name, and 0 for anything else."""
    text = "".join(split_heading(heading))
    keys = ("first", "last")
    found = [any(spelling in text for spelling in words.list_entry(key)) for key in keys]
    return found.index(True) + 1 if any(found) else 0


def list_side_by_side_records(header: Sequence[str], record: str) -> dict[str, str]:
    """List the columns of a file that are several records of another type in each row.

    Args:
        header: names of all columns.
        record: name of the record type as which the file is read.

    Returns:
        Column → the other record type.
    """
    return {
        column: name
        for name, words in _load_words().items()
        if name != record and "name" in words.entries
        for column in propose_side_by_side(name, header, {"course_code"}, _fits_any)
    }


def _fits_any(_column: str, _field: str) -> bool:
    return True


def list_side_by_side_fields(record: str) -> frozenset[str]:
    """List the fields that belong to one of several records in a row, not to the whole row.

    Args:
        record: name of the record type.

    Returns:
        Names of fields, also of those that a heading says; none for another record type.
    """
    words = _load_words().get(record)
    return words.field_names | {*words.entries.get("constants", ())} if words else frozenset()


def group_columns(record: str, columns: Mapping[str, str]) -> GroupedColumns:
    """Group columns of several records in a row by the record to which each belongs.

    Args:
        record: name of the record type.
        columns: column → target, where several columns may have the same field.

    Returns:
        The groups; none if no field of a record has two columns.
    """
    if record == _ASSESSMENT:
        return GroupedColumns(*group_result_columns(columns))
    words, targets = _load_words().get(record), [*columns.values()]
    if words is None or "name" not in words.entries:
        return GroupedColumns(dict(columns))
    groups: dict[_Key, dict[str, str]] = {}
    headings: dict[_Key, _Heading] = {}
    apart = {name: t for name, t in columns.items() if t in words.list_entry("apart")}
    for name, target in columns.items():
        if target in words.field_names:
            part = _read_heading(words.record, name)
            key = part.record if part.kind else (name,)
            groups.setdefault(key, {})[name] = target
            headings.setdefault(key, part)
    core = {*words.list_entry("core")}
    is_repeated = any(targets.count(name) > 1 for name in words.field_names)
    if not is_repeated and sum(bool(core & {*n.values()}) for n in groups.values()) < _MIN_RECORDS:
        return GroupedColumns(dict(columns))
    if apart:
        year = {*words.list_entry("apart_kinds")}
        key = next((k for k, part in headings.items() if part.kind in year), ("apart",))
        groups.setdefault(key, {}).update(apart)
    members = {name for names in groups.values() for name in names}
    repeated = {name: target for name, target in columns.items() if name not in members}
    derived: dict[str, DerivedColumn] = {}
    titles = _choose_titles(words, {key: headings.get(key) for key in groups})
    results = [
        _build_group(words, titles[key], headings.get(key), names, {*repeated.values()}, derived)
        for key, names in groups.items()
    ]
    return GroupedColumns(repeated, tuple(results), derived)


def _choose_titles(
    words: _RecordWords, headings: Mapping[_Key, _Heading | None]
) -> dict[_Key, str]:
    """Choose the title of each record; those of one title get the other words of their headings."""
    titles: dict[_Key, str] = {
        key: part.fill_in(words.entries["name"]) or key[0] if part else words.entries["apart_name"]
        for key, part in headings.items()
    }
    shared = Counter(titles.values())
    return {
        key: f"{title} {part.rest}".strip() if shared[title] > 1 and part else title
        for (key, title), part in zip(titles.items(), headings.values(), strict=True)
    }


def _build_group(
    words: _RecordWords,
    title: str,
    part: _Heading | None,
    names: Mapping[str, str],
    taken: AbstractSet[str],
    derived: dict[str, DerivedColumn],
) -> ResultGroup:
    """Build one record of a row; several columns of one name are joined, the first name first."""
    columns = dict(names)
    for target in words.list_entry("joined"):
        sources = {
            _find_name_part(words, name): name
            for name, field_name in names.items()
            if field_name == target
        }
        if sources.keys() == {1, 2}:  # else two columns say the same, which the mapping refuses
            whole = f"{title} (name)"
            derived[whole] = DerivedColumn((sources[1], sources[2]))
            columns = {n: t for n, t in columns.items() if t != target} | {whole: target}
    fed = {*columns.values()}
    constants = dict(words.list_constants(part)) if part else {}
    needs = tuple(name for name, target in columns.items() if target in words.list_entry("needs"))
    return ResultGroup(
        columns,
        {name: text for name, text in constants.items() if name not in fed | taken},
        needs=needs if len(needs) < len(columns) else (),
        required=tuple(name for name in words.list_entry("required") if name in fed),
        name=title,
    )
