"""Counted table → protected cells with the attacker's certificate. Nothing here knows Django."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from cairn.disclosure.certificate import Certificate
from cairn.disclosure.earlier import Earlier, OtherPeopleError
from cairn.disclosure.history import ConflictError, protect_beside
from cairn.disclosure.others import Contributor
from cairn.disclosure.published import Published
from cairn.disclosure.reasons import counted
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import ALL, RESULT, Cells, Key, Nest, Request
from cairn.releases import groups
from cairn.releases.groups import ALL_APART, Together
from cairn.rules.attackers import Attacker
from cairn.rules.beside import Meeting, MetFact
from cairn.warehouse.count import NOT_ON_RECORD
from cairn.warehouse.outcomes import people_of
from cairn.warehouse.released import DIMS, Cell

Tables = Sequence[Sequence[str]]

ASKED: Final = (
    Attacker.OUTSIDER,
    Attacker.PARTICIPANT,
    Attacker.CONTRIBUTOR,
    Attacker.COMPARER,
)
"""Who tries in each year that `years` protects. The rules say who must."""

DISTRICT: Final = "district"
"""The dimension that tells contributors apart."""

LEAST: Final = Rule().width_small + 1
"""No agreement can ask for so small a minimum that a small cell has too few values to hide in."""

_TWO: Final = 2

_APART: Final = "\x1f"
"""Between a district and its school: two districts may give a school the same code, and each has
children with no school on record."""


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier release as the public got it; whoever kept a copy still has it."""

    name: str
    tables: Tables
    cells: tuple[Cell, ...]


class Protected(Protocol):
    """One outcome or measure in one year as it may leave."""

    def cells(self) -> Iterator[Cell]:
        """As the released zone keeps them."""


@dataclass(frozen=True, slots=True)
class Year:
    """One outcome in one year, protected. Each year counts other children, so each stands alone.

    `request` and `rule` are what was asked for, with the true counts. `beside` is how many earlier
    releases it was attacked together with, in so many linear programs more. `audits` are those by
    each of the `contributors` that is not alone, which knows its own numbers. `together` are the
    groups that it counts as one.
    """

    outcome: str
    school_year: str
    published: Published
    request: Request
    rule: Rule
    beside: int = 0
    programs_beside: int = 0
    contributors: tuple[Contributor, ...] = ()
    audits: Mapping[str, Certificate] = field(default_factory=dict)
    together: Together = ALL_APART

    @property
    def between_two(self) -> int:
        """How many numbers that are shown count children of two contributors and of nobody else:
        each of the two has the other's by subtraction."""
        shown = {cell.key for cell in self.published.cells if cell.n}
        parts = [counted(Cells(self.published.dims, one.own), shown) for one in self.contributors]
        everyone = counted(self.request.cells, shown)
        whose = {key: [part[key] for part in parts if part[key]] for key in shown}
        return sum(len(of) == _TWO and sum(of) == everyone[key] for key, of in whose.items())

    def cells(self) -> Iterator[Cell]:
        """As the released zone keeps them: a value for every dimension, "All" where it has none."""
        for cell in self.published.cells:
            key = dict(zip(self.published.dims, cell.key, strict=True))
            key["school"] = school_code(key.get("school", ALL))
            words = {dim: key.get(dim, ALL) for dim in (*DIMS, RESULT)}
            yield Cell(outcome=self.outcome, school_year=self.school_year, **words, n=cell.n)


def dimensions(tables: Tables) -> tuple[str, ...]:
    """Every dimension that some table names, in the order of the released zone."""
    named = {dim for table in tables for dim in table}
    return tuple(dim for dim in DIMS if dim in named)


def years(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: Tables,
    minimum: int,
    wanted: Sequence[str],
    past: Sequence[Past] = (),
    together: Together = ALL_APART,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Year | MetFact]:
    """Protects each wanted year of one outcome, in order; or says which earlier release it meets.

    A year of which groups are out already keeps them as they are out. To merge them now would hide
    nothing, and numbers of two different groupings, one inside the other, would tell of what lies
    between; so no year is ever out with two.

    Args:
        rows: the counted table: school_year, the dimensions that `counted_by` names, result, n.
        minimum: the strictest minimum cell of the lineage.
        wanted: school years such as "2025-26"; a cohort or calendar year belongs to the one that
            ends in it. None named means every year there is.
        past: earlier releases that may count the same children. The rows are counted by their
            dimensions too.
        together: groups to be counted as one, in the years of which none are out yet.
        progress: called with (cells known to be safe, cells withheld) as the work goes on.
    """
    shown = dimensions([*tables, *(table for one in past for table in one.tables)])
    dims = counted_by([*tables, *(table for one in past for table in one.tables)])
    rows = tuple(rows)
    asked_years = among({str(row["school_year"]) for row in rows}, wanted)
    found_rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        year = str(row["school_year"])
        if year in asked_years:
            found_rows.setdefault(year, []).append(row)
    asked = tuple(tuple(table) for table in tables)
    for year, counted_rows in sorted(found_rows.items()):
        as_one = as_out(past, outcome, year, together)
        if isinstance(as_one, MetFact):
            yield as_one
            continue
        cells: Counter[Key] = Counter()
        for row in groups.merged_rows(counted_rows, as_one):
            cells[key_of(row, dims)] += row["n"]
        request = Request(Cells((*dims, RESULT), cells), asked, nests(shown))
        held = rule(cells, minimum)
        whose = contributors(request.cells, held)
        earlier = list(earlier_of(past, outcome, year, request.cells))
        # The messages of these errors hold numbers of children, so only the names go on.
        try:
            found = protect_beside(request, held, earlier, whose, progress=progress)
        except ConflictError as met:
            yield MetFact(outcome, year, Meeting.TELLS_OF_FEW, met.releases)
        except OtherPeopleError as other:
            yield MetFact(outcome, year, Meeting.OTHER_CHILDREN, (other.name,))
        else:
            more = found.together.programs if found.together else 0
            beside = (len(earlier), more)
            audits = found.contributors
            made = found.published
            yield Year(outcome, year, made, request, held, *beside, whose, audits, as_one)


def among(years: Collection[str], wanted: Sequence[str]) -> frozenset[str]:
    """The years that are wanted: all where none is named. A cohort or calendar year belongs to the
    school year that ends in it."""
    ends = {year[-2:] for year in wanted}
    return frozenset(year for year in years if not ends or year[-2:] in ends)


def counted_by(tables: Tables) -> tuple[str, ...]:
    """What children are counted by for these tables; by district too: it tells whose they are."""
    return dimensions([*tables, (DISTRICT,)])


def contributors(cells: Cells, rule: Rule) -> tuple[Contributor, ...]:
    """The districts, each of which knows its own children. Of those on no record nobody does, and
    where there is one district only they can be nobody else's: then nobody has others."""
    at = cells.dims.index(DISTRICT)
    own: dict[str, dict[Key, int]] = {}
    for key, n in cells.counts.items():
        if key[at] not in rule.unnamed:
            own.setdefault(key[at], {})[key] = n
    whose = {name: counts for name, counts in own.items() if any(counts.values())}
    if len(whose) < _TWO:
        return ()
    return tuple(Contributor(name, counts) for name, counts in sorted(whose.items()))


def nests(dims: Sequence[str]) -> tuple[Nest, ...]:
    """Which dimension lies within which."""
    return (Nest("school", "district"),) if {"school", "district"} <= set(dims) else ()


def rule(keys: Iterable[tuple[str, ...]], minimum: int) -> Rule:
    """What tables with these keys must withstand."""
    return Rule(minimum=max(minimum, LEAST), unnamed=_unnamed(keys))


def key_of(row: Mapping[str, Any], dims: Sequence[str]) -> tuple[str, ...]:
    """The key of a counted row, its result last."""
    return (*(_value(row, dim) for dim in dims), row[RESULT])


def school_code(value: str) -> str:
    """A school's own code, without the district that it is named together with."""
    return value.partition(_APART)[2] or ALL


def keyed(
    cells: Iterable[Cell], rows: Iterable[Mapping[str, Any]], dims: Sequence[str]
) -> dict[tuple[str, ...], int | None]:
    """Released cells of one outcome and year by the keys of the protector."""
    whole = (*dims, RESULT)
    places = _places((key_of(row, dims) for row in rows), whole)
    return {_key(cell, whole, places): cell.n for cell in cells}


def as_out(past: Iterable[Past], outcome: str, year: str, asked: Together) -> Together | MetFact:
    """What of a year is counted as one: as its groups are out or, where none are, as is asked.

    No year is ever out with two groupings; were one, the releases would be named.
    """
    found: dict[Together, list[str]] = {}
    for one in past:
        out = {
            cell.race_ethnicity
            for cell in one.cells
            if people_of(cell.outcome) == people_of(outcome) and cell.school_year == year
        }
        if out - {ALL}:
            found.setdefault(groups.found_in(out), []).append(one.name)
    if len(found) > 1:
        names = tuple(name for those in found.values() for name in those)
        return MetFact(outcome, year, Meeting.TELLS_OF_FEW, names)
    return next(iter(found), asked)


def _places(keys: Iterable[tuple[str, ...]], dims: Sequence[str]) -> dict[str, set[str]]:
    """The districts' schools that have a code."""
    places: dict[str, set[str]] = {}
    if "school" in dims:
        at = dims.index("school")
        for key in keys:
            places.setdefault(school_code(key[at]), set()).add(key[at])
    return places


def earlier_of(past: Iterable[Past], outcome: str, year: str, cells: Cells) -> Iterator[Earlier]:
    """The earlier releases that count the people of one outcome and year, by the keys of now. One
    release may count them twice, as an outcome and as a measure."""
    places = _places(cells.counts, cells.dims)
    for one in past:
        counts: dict[str, dict[tuple[str, ...], int | None]] = {}
        for cell in one.cells:
            if people_of(cell.outcome) == people_of(outcome) and cell.school_year == year:
                counts.setdefault(cell.outcome, {})[_key(cell, cells.dims, places)] = cell.n
        yield from (Earlier(one.name, found) for _, found in sorted(counts.items()))


def _key(cell: Cell, dims: Sequence[str], places: Mapping[str, set[str]]) -> tuple[str, ...]:
    """A file names a school by its code. One that stands without its district, where two have the
    code, finds no cell: then the two releases do not match, and the new one is stopped."""
    words = {dim: str(getattr(cell, dim)) for dim in dims}
    if cell.school != ALL and "school" in words:
        district, found = cell.district, places.get(cell.school, set())
        if district == ALL and len(found) == 1:
            district = next(iter(found)).partition(_APART)[0]
        words["school"] = f"{district}{_APART}{cell.school}"
        if "district" in words:
            words["district"] = district
    return tuple(words.values())


def missing_groups(years: Iterable[Protected], every: Sequence[str]) -> tuple[str, ...]:
    """The groups that a table by race and ethnicity counts nobody of, in any year; none where there
    is no such table. ``every`` are all there are, with "All" and "not on record"."""
    cells = [cell for year in years for cell in year.cells()]
    shown = {group for cell in cells for group in groups.members(cell.race_ethnicity)}
    if shown <= {ALL}:
        return ()
    return tuple(one for one in every if one not in shown | {ALL, NOT_ON_RECORD})


def _unnamed(cells: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """What stands where a record says nothing; of a district's own, where it names no school."""
    values = {value for key in cells for value in key}
    return frozenset(v for v in values if v.rpartition(_APART)[2] == NOT_ON_RECORD)


def _value(row: Mapping[str, Any], dim: str) -> str:
    """A school is named together with its district."""
    return f"{row['district']}{_APART}{row[dim]}" if dim == "school" else str(row[dim])
