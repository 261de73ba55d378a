"""Ways in which two records can agree, each said once and asked in two places.

``sql`` is for an engine that compares millions of pairs, ``holds`` for the one child that a page
asks for; a property test holds the two together. An engine brings six words of its own:
``alike``, ``edits``, ``begins``, ``ends``, ``overlap`` and ``in_common``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

Row: TypeAlias = Mapping[str, Any]

DUCKDB_WORDS: Final = """
CREATE TEMP MACRO alike(a, b) AS jaro_winkler_similarity(a, b);
CREATE TEMP MACRO edits(a, b) AS damerau_levenshtein(a, b);
CREATE TEMP MACRO begins(a, b) AS starts_with(a, b);
CREATE TEMP MACRO ends(a, b) AS ends_with(a, b);
CREATE TEMP MACRO overlap(a, b) AS list_has_any(a, b);
CREATE TEMP MACRO in_common(a, b) AS len(list_intersect(a, b));
"""


class Agreement(Protocol):
    """A question about two records. Unknown (a null on either side) counts as no."""

    def sql(self) -> str:
        """The condition, with ``_l`` and ``_r`` behind each column."""

    def holds(self, left: Row, right: Row) -> bool:
        """The same for two rows."""


@dataclass(frozen=True, slots=True)
class Same:
    """Both say the same."""

    column: str

    def sql(self) -> str:
        return f"{self.column}_l = {self.column}_r"

    def holds(self, left: Row, right: Row) -> bool:
        return left[self.column] is not None and left[self.column] == right[self.column]


@dataclass(frozen=True, slots=True)
class Differ:
    """Each says it, and not the same."""

    column: str

    def sql(self) -> str:
        return f"{self.column}_l != {self.column}_r"

    def holds(self, left: Row, right: Row) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and bool(a != b)


@dataclass(frozen=True, slots=True)
class Missing:
    """One of them does not say it (null, or an empty list)."""

    column: str
    many: bool = False

    def sql(self) -> str:
        if self.many:
            return f"len({self.column}_l) = 0 OR len({self.column}_r) = 0"
        return f"{self.column}_l IS NULL OR {self.column}_r IS NULL"

    def holds(self, left: Row, right: Row) -> bool:
        return any(row[self.column] is None or row[self.column] == [] for row in (left, right))


@dataclass(frozen=True, slots=True)
class Alike:
    """Two spellings with a Jaro-Winkler similarity of at least ``least``."""

    column: str
    least: float

    def sql(self) -> str:
        return f"alike({self.column}_l, {self.column}_r) >= {self.least}"

    def holds(self, left: Row, right: Row) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and JaroWinkler.similarity(a, b) >= self.least


@dataclass(frozen=True, slots=True)
class Slip:
    """At most so many letters or digits are wrong, left out, too many, or two exchanged."""

    column: str
    most: int = 1

    def sql(self) -> str:
        a, b = f"{self.column}_l", f"{self.column}_r"
        near = f"abs(length({a}) - length({b})) <= {self.most}"  # before what takes long
        return f"({near} AND edits({a}, {b}) <= {self.most})"

    def holds(self, left: Row, right: Row) -> bool:
        a, b = left[self.column], right[self.column]
        return (
            None not in {a, b}
            and DamerauLevenshtein.distance(a, b, score_cutoff=self.most) <= self.most
        )


@dataclass(frozen=True, slots=True)
class Near:
    """Two numbers at most so far from each other."""

    column: str
    most: int

    def sql(self) -> str:
        return f"abs({self.column}_l - {self.column}_r) <= {self.most}"

    def holds(self, left: Row, right: Row) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and abs(a - b) <= self.most


@dataclass(frozen=True, slots=True)
class Starts:
    """One is the beginning of the other."""

    column: str

    def sql(self) -> str:
        a, b = f"{self.column}_l", f"{self.column}_r"
        return f"(begins({a}, {b}) OR begins({b}, {a}))"

    def holds(self, left: Row, right: Row) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and (a.startswith(b) or b.startswith(a))


@dataclass(frozen=True, slots=True)
class Part:
    """One is the end of the other: "ramosmartinez" and "martinez"."""

    column: str

    def sql(self) -> str:
        a, b = f"{self.column}_l", f"{self.column}_r"
        return f"(ends({a}, {b}) OR ends({b}, {a}))"

    def holds(self, left: Row, right: Row) -> bool:
        a, b = left[self.column], right[self.column]
        return None not in {a, b} and (a.endswith(b) or b.endswith(a))


@dataclass(frozen=True, slots=True)
class Shared:
    """The two lists have at least ``least`` things in common."""

    column: str
    least: int = 1

    def sql(self) -> str:
        both = f"{self.column}_l, {self.column}_r"
        if self.least == 1:
            return f"overlap({both})"
        return f"(overlap({both}) AND in_common({both}) >= {self.least})"  # counting takes longer

    def holds(self, left: Row, right: Row) -> bool:
        return len(set(left[self.column]) & set(right[self.column])) >= self.least


@dataclass(frozen=True, slots=True)
class Crossed:
    """What one list says here, the other says there; both ways, or one way with ``either``."""

    here: str
    there: str
    either: bool = False

    def sql(self) -> str:
        ways = (
            f"overlap({self.here}_l, {self.there}_r)",
            f"overlap({self.there}_l, {self.here}_r)",
        )
        return f"({(' OR ' if self.either else ' AND ').join(ways)})"

    def holds(self, left: Row, right: Row) -> bool:
        ways = (
            not set(left[self.here]).isdisjoint(right[self.there]),
            not set(left[self.there]).isdisjoint(right[self.here]),
        )
        return any(ways) if self.either else all(ways)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Given name and surname stand in each other's place, one of them perhaps misspelled."""

    least: float

    def sql(self) -> str:
        one, other = self._word("l", "r"), self._word("r", "l")
        return (
            f"(({one} AND ({other} OR {self._nearly('r', 'l')}))"
            f" OR ({other} AND {self._nearly('l', 'r')}))"
        )

    def _word(self, one: str, other: str) -> str:
        return (
            f"(overlap(given_forms_{one}, family_words_{other})"
            f" OR overlap(given_words_{one}, family_words_{other}))"
        )

    def _nearly(self, one: str, other: str) -> str:
        return f"alike(given_{one}, family_{other}) >= {self.least}"

    def holds(self, left: Row, right: Row) -> bool:
        one, other = _names_of(left, right), _names_of(right, left)
        return (one and (other or self._alike(right, left))) or (other and self._alike(left, right))

    def _alike(self, one: Row, other: Row) -> bool:
        given, family = one["given"], other["family"]
        return None not in {given, family} and JaroWinkler.similarity(given, family) >= self.least


def _names_of(one: Row, other: Row) -> bool:
    """Whether a given name of one is a surname of the other."""
    return not {*one["given_forms"], *one["given_words"]}.isdisjoint(other["family_words"])


@dataclass(frozen=True, slots=True)
class Says:
    """One of them (``both``: each of them) has this flag."""

    flag: str
    both: bool = False

    def sql(self) -> str:
        return f"({self.flag}_l {'AND' if self.both else 'OR'} {self.flag}_r)"

    def holds(self, left: Row, right: Row) -> bool:
        said = (bool(left[self.flag]), bool(right[self.flag]))
        return all(said) if self.both else any(said)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these."""

    parts: tuple[Agreement, ...]

    def sql(self) -> str:
        return " AND ".join(f"({part.sql()})" for part in self.parts)

    def holds(self, left: Row, right: Row) -> bool:
        return all(part.holds(left, right) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    parts: tuple[Agreement, ...]

    def sql(self) -> str:
        return " OR ".join(f"({part.sql()})" for part in self.parts)

    def holds(self, left: Row, right: Row) -> bool:
        return any(part.holds(left, right) for part in self.parts)
