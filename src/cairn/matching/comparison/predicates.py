"""Declare the ways in which two records can agree, each once, for SQL and for Python.

An engine that compares millions of pairs runs `sql`; a page that asks for one student calls
`holds`. A property test checks that the two agree. An engine supplies six functions of its own:
`alike`, `edits`, `begins`, `ends`, `overlap` and `in_common`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

RecordRow: TypeAlias = Mapping[str, Any]

DUCKDB_MACROS: Final = """
CREATE TEMP MACRO alike(a, b) AS jaro_winkler_similarity(a, b);
CREATE TEMP MACRO edits(a, b) AS damerau_levenshtein(a, b);
CREATE TEMP MACRO begins(a, b) AS starts_with(a, b);
CREATE TEMP MACRO ends(a, b) AS ends_with(a, b);
CREATE TEMP MACRO overlap(a, b) AS list_has_any(a, b);
CREATE TEMP MACRO in_common(a, b) AS len(list_intersect(a, b));
"""


class AgreementPredicate(Protocol):
    """A yes-or-no question about two records. Unknown (a null on either side) counts as no."""

    def sql(self) -> str:
        """Return the condition, with `_l` and `_r` behind each column."""

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        """Decide the same condition for two rows."""


@dataclass(frozen=True, slots=True)
class ExactMatch:
    """Both records have the same value."""

    column: str

    def sql(self) -> str:
        return f"{self.column}_l = {self.column}_r"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        return left[self.column] is not None and left[self.column] == right[self.column]


@dataclass(frozen=True, slots=True)
class ValueMismatch:
    """Both records have a value, and the values differ."""

    column: str

    def sql(self) -> str:
        return f"{self.column}_l != {self.column}_r"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and bool(a != b)


@dataclass(frozen=True, slots=True)
class MissingValue:
    """One of the records has no value (null, or an empty list)."""

    column: str
    many: bool = False

    def sql(self) -> str:
        if self.many:
            return f"len({self.column}_l) = 0 OR len({self.column}_r) = 0"
        return f"{self.column}_l IS NULL OR {self.column}_r IS NULL"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        return any(row[self.column] is None or row[self.column] == [] for row in (left, right))


@dataclass(frozen=True, slots=True)
class JaroWinklerMatch:
    """Two spellings with a Jaro-Winkler similarity of at least `least`."""

    column: str
    least: float

    def sql(self) -> str:
        return f"alike({self.column}_l, {self.column}_r) >= {self.least}"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and JaroWinkler.similarity(a, b) >= self.least


@dataclass(frozen=True, slots=True)
class EditDistanceMatch:
    """At most `most` letters or digits differ: wrong, missing, extra or two swapped.

    The distance is that of Damerau and Levenshtein.
    """

    column: str
    most: int = 1

    def sql(self) -> str:
        a, b = f"{self.column}_l", f"{self.column}_r"
        similar_length = f"abs(length({a}) - length({b})) <= {self.most}"  # cheap test first
        return f"({similar_length} AND edits({a}, {b}) <= {self.most})"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        a, b = left[self.column], right[self.column]
        return (
            None not in {a, b}
            and DamerauLevenshtein.distance(a, b, score_cutoff=self.most) <= self.most
        )


@dataclass(frozen=True, slots=True)
class NumericProximity:
    """Two numbers differ by at most `most`."""

    column: str
    most: int

    def sql(self) -> str:
        return f"abs({self.column}_l - {self.column}_r) <= {self.most}"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and abs(a - b) <= self.most


@dataclass(frozen=True, slots=True)
class PrefixMatch:
    """One value is the beginning of the other."""

    column: str

    def sql(self) -> str:
        a, b = f"{self.column}_l", f"{self.column}_r"
        return f"(begins({a}, {b}) OR begins({b}, {a}))"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and (a.startswith(b) or b.startswith(a))


@dataclass(frozen=True, slots=True)
class SuffixMatch:
    """One value is the end of the other: "ramosmartinez" and "martinez"."""

    column: str

    def sql(self) -> str:
        a, b = f"{self.column}_l", f"{self.column}_r"
        return f"(ends({a}, {b}) OR ends({b}, {a}))"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and (a.endswith(b) or b.endswith(a))


@dataclass(frozen=True, slots=True)
class ListOverlap:
    """The two lists have at least `least` items in common."""

    column: str
    least: int = 1

    def sql(self) -> str:
        both_columns = f"{self.column}_l, {self.column}_r"
        if self.least == 1:
            return f"overlap({both_columns})"
        # Counting is slower, so that it follows the cheaper test.
        return f"(overlap({both_columns}) AND in_common({both_columns}) >= {self.least})"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        return len(set(left[self.column]) & set(right[self.column])) >= self.least


@dataclass(frozen=True, slots=True)
class CrossListOverlap:
    """Items of one list of a record are in another list of the other record.

    In both directions, or with `either` in one direction.
    """

    here: str
    there: str
    either: bool = False

    def sql(self) -> str:
        directions = (
            f"overlap({self.here}_l, {self.there}_r)",
            f"overlap({self.there}_l, {self.here}_r)",
        )
        return f"({(' OR ' if self.either else ' AND ').join(directions)})"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        directions = (
            not set(left[self.here]).isdisjoint(right[self.there]),
            not set(left[self.there]).isdisjoint(right[self.here]),
        )
        return any(directions) if self.either else all(directions)


@dataclass(frozen=True, slots=True)
class SwappedNames:
    """Given name and surname are swapped, one of them perhaps misspelled."""

    least: float

    def sql(self) -> str:
        left_swapped, right_swapped = (
            self._build_overlap_sql("l", "r"),
            self._build_overlap_sql("r", "l"),
        )
        return (
            f"(({left_swapped} AND ({right_swapped} OR {self._build_similarity_sql('r', 'l')}))"
            f" OR ({right_swapped} AND {self._build_similarity_sql('l', 'r')}))"
        )

    def _build_overlap_sql(self, given_side: str, family_side: str) -> str:
        return (
            f"(overlap(given_forms_{given_side}, family_words_{family_side})"
            f" OR overlap(given_words_{given_side}, family_words_{family_side}))"
        )

    def _build_similarity_sql(self, given_side: str, family_side: str) -> str:
        return f"alike(given_{given_side}, family_{family_side}) >= {self.least}"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        left_swapped, right_swapped = (
            _is_given_name_among_surnames(left, right),
            _is_given_name_among_surnames(right, left),
        )
        return (left_swapped and (right_swapped or self._is_similar(right, left))) or (
            right_swapped and self._is_similar(left, right)
        )

    def _is_similar(self, given_row: RecordRow, family_row: RecordRow) -> bool:
        given, family = given_row["given"], family_row["family"]
        return None not in {given, family} and JaroWinkler.similarity(given, family) >= self.least


def _is_given_name_among_surnames(given_row: RecordRow, family_row: RecordRow) -> bool:
    """Decide whether a given name of one record is a surname of the other."""
    return not {*given_row["given_forms"], *given_row["given_words"]}.isdisjoint(
        family_row["family_words"]
    )


@dataclass(frozen=True, slots=True)
class FlagCheck:
    """One of the records has this flag; with `both`, each of them has it."""

    flag: str
    both: bool = False

    def sql(self) -> str:
        return f"({self.flag}_l {'AND' if self.both else 'OR'} {self.flag}_r)"

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        flags = (bool(left[self.flag]), bool(right[self.flag]))
        return all(flags) if self.both else any(flags)


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these predicates hold."""

    parts: tuple[AgreementPredicate, ...]

    def sql(self) -> str:
        return " AND ".join(f"({part.sql()})" for part in self.parts)

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        return all(part.is_met(left, right) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these predicates holds."""

    parts: tuple[AgreementPredicate, ...]

    def sql(self) -> str:
        return " OR ".join(f"({part.sql()})" for part in self.parts)

    def is_met(self, left: RecordRow, right: RecordRow) -> bool:
        return any(part.is_met(left, right) for part in self.parts)
