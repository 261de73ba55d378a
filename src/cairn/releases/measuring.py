"""Counted table of a measure → means or medians that may leave, beside everything that is out.

The numbers of children behind the figures are counts like any other: they are protected with the
whole history of these children, results of an outcome included, and from contributors. What the
children have is protected by `disclosure.magnitudes`, which withholds a figure wherever its number
is withheld, and more. Nothing here knows Django.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from cairn.disclosure.certificate import Certificate
from cairn.disclosure.earlier import Earlier, OtherPeopleError
from cairn.disclosure.history import Beside, ConflictError, protect_beside
from cairn.disclosure.lattice import build
from cairn.disclosure.magnitudes.dominance import ACRO, Dominance
from cairn.disclosure.magnitudes.measure import Measured, measured
from cairn.disclosure.magnitudes.others import Contributor
from cairn.disclosure.magnitudes.protect import Figures, Order, Why, figures
from cairn.disclosure.magnitudes.rounding import plain
from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.disclosure.published import Explanation, Published
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import ALL, RESULT, Cells, Key, Request
from cairn.releases import groups, protecting
from cairn.releases.groups import ALL_APART, Together
from cairn.releases.protecting import DISTRICT, Past, Tables
from cairn.rules.beside import Meeting, MetFact
from cairn.warehouse.outcomes import Measure
from cairn.warehouse.released import DIMS, Cell

CLOSENESS: Final[Dominance] = ACRO
"""How closely anybody's value may be told, and what a few may hold of a sum."""


@dataclass(frozen=True, slots=True)
class MeasuredYear:
    """One measure in one year, protected.

    `counts` are the numbers of people as they were protected beside `beside` earlier releases, in
    so many linear programs more, and from contributors, whose `audits` these are. `together` are
    the groups that are counted as one.
    """

    outcome: str
    school_year: str
    statistic: Statistic
    figures: Figures
    dims: tuple[str, ...]
    beside: int = 0
    programs_beside: int = 0
    audits: Mapping[str, Certificate] = field(default_factory=dict)
    together: Together = ALL_APART

    @property
    def withheld(self) -> int:
        """How many figures are withheld."""
        return sum(one.told is None and one.n != 0 for one in self.figures.figures)

    def because(self, *reasons: Why) -> int:
        """How many figures are withheld for one of these reasons."""
        return sum(why in reasons for why in self.figures.why.values())

    @property
    def asked(self) -> int:
        """Of how many people and withheld groups the attack on the sums asked, as an outsider and
        as each contributor. None of a median: it does not add up."""
        audits = (self.figures.audit, *self.figures.others.values())
        return sum(one.asked for one in audits if one)

    @property
    def programs(self) -> int:
        """Linear programs that all attacks solved."""
        sums = (self.figures.audit, *self.figures.others.values())
        return (
            self.figures.counts.certificate.programs
            + self.programs_beside
            + sum(audit.programs for audit in self.audits.values())
            + sum(one.programs for one in sums if one)
        )

    def cells(self) -> Iterator[Cell]:
        """As the released zone keeps them."""
        for one in self.figures.figures:
            key = dict(zip(self.dims, one.key, strict=True))
            key["school"] = protecting.school_code(key.get("school", ALL))
            told = one.told
            yield Cell(
                outcome=self.outcome,
                school_year=self.school_year,
                **{dim: key.get(dim, ALL) for dim in DIMS},
                result=ALL,
                n=one.n,
                statistic=self.statistic.value,
                value=plain(told.value, told.unit) if told else None,
                rounded_to=plain(told.unit, told.unit) if told else None,
            )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a measure: which, of which tables and school years (none: every one), the
    smallest number that may be shown, and the groups to be counted as one."""

    outcome: str
    measure: Measure
    statistic: Statistic
    tables: Tables
    years: Sequence[str]
    minimum: int
    together: Together = ALL_APART


def years(
    wanted: Wanted, rows: Iterable[Mapping[str, Any]], past: Sequence[Past] = ()
) -> Iterator[MeasuredYear | MetFact]:
    """Protects each wanted year of one measure; or says which earlier release it meets.

    Args:
        wanted: what is asked for.
        rows: the counted table: school_year, the dimensions that `protecting.counted_by` names of
            these and of earlier tables, result, value, n.
        past: earlier releases that may count the same children.

    Raises:
        UnfitMeasureError: a value is outside of what anyone can have.
        TooCloseError: no safe set of figures was found.
    """
    shown = [*wanted.tables, *(table for one in past for table in one.tables)]
    dims = protecting.counted_by(shown)
    of_year: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of_year.setdefault(str(row["school_year"]), []).append(row)
    for year in sorted(protecting.among(of_year, wanted.years)):
        as_one = protecting.as_out(past, wanted.outcome, year, wanted.together)
        if isinstance(as_one, MetFact):
            yield as_one
            continue
        found = groups.merged_rows(of_year[year], as_one)
        people = _People(found, dims, protecting.dimensions(shown))
        yield _year(wanted, year, people, past, as_one)


class _People:
    """The children of one year: how many by result, and what they have."""

    def __init__(
        self, rows: Iterable[Mapping[str, Any]], dims: tuple[str, ...], shown: tuple[str, ...]
    ) -> None:
        self.dims, self.nests = dims, protecting.nests(shown)
        self.counts: dict[Key, int] = {}
        self.values: dict[Key, list[Fraction]] = {}
        for row in rows:
            key = protecting.key_of(row, dims)
            self.counts[key] = self.counts.get(key, 0) + row["n"]
            self.values.setdefault(key[:-1], []).extend([Fraction(row["value"])] * row["n"])

    def contributors(self, people: Measured, rule: Rule) -> tuple[Contributor, ...]:
        """The districts, each of which knows what its own children have."""
        cells = Cells((*self.dims, RESULT), self.counts)
        at = self.dims.index(DISTRICT)
        return tuple(
            Contributor(
                one.name, {key: some for key, some in people.people.items() if key[at] == one.name}
            )
            for one in protecting.contributors(cells, rule)
        )


def _year(
    wanted: Wanted, year: str, people: _People, past: Sequence[Past], as_one: Together
) -> MeasuredYear | MetFact:
    rule = protecting.rule(people.counts, wanted.minimum)
    least, most = wanted.measure.limits
    values = measured(people.values, Fraction(least), Fraction(most))
    counting = _Counting(wanted, year, people, rule, past)
    order = Order(
        measured=values,
        dims=people.dims,
        tables=tuple(tuple(table) for table in wanted.tables),
        statistic=wanted.statistic,
        rule=rule,
        dominance=CLOSENESS,
        nests=people.nests,
        contributors=people.contributors(values, rule),
    )
    # The messages of these errors hold numbers of children, so only the names go on.
    try:
        found = figures(order, counting=counting)
    except ConflictError as met:
        return MetFact(wanted.outcome, year, Meeting.TELLS_OF_FEW, met.releases)
    except OtherPeopleError as other:
        return MetFact(wanted.outcome, year, Meeting.OTHER_CHILDREN, (other.name,))
    made = counting.made
    together = made.together.programs if made and made.together else 0
    return MeasuredYear(
        wanted.outcome,
        year,
        wanted.statistic,
        found,
        people.dims,
        len(counting.earlier),
        together,
        made.contributors if made else {},
        as_one,
    )


class _Counting:
    """Protects the numbers of children behind the figures beside everything that is out.

    Where an earlier release told who of these children reached an outcome, its numbers add up
    with those of now: so the results are counted too, and every one of them is withheld.
    """

    def __init__(
        self, wanted: Wanted, year: str, people: _People, rule: Rule, past: Sequence[Past]
    ) -> None:
        cells = Cells((*people.dims, RESULT), people.counts)
        self.earlier: list[Earlier] = list(protecting.earlier_of(past, wanted.outcome, year, cells))
        self._results = any(key[-1] != ALL for one in self.earlier for key in one.counts)
        asked = tuple(tuple(table) for table in wanted.tables)
        self._request = Request(cells, asked, people.nests)
        if not self._results:
            self._request = replace(self._request, cells=_groups(cells))
            self.earlier = [
                Earlier(one.name, {key[:-1]: n for key, n in one.counts.items()})
                for one in self.earlier
            ]
        self._contributors = protecting.contributors(self._request.cells, rule)
        self.made: Beside | None = None

    def __call__(self, asked: Request, rule: Rule, sealed: Collection[Key]) -> Published:
        """The numbers of the groups alone, with the audit of everything."""
        hidden: set[Key] = set(sealed)
        if self._results:
            hidden = {(*key, ALL) for key in sealed} | self._outcomes()
        self.made = protect_beside(
            self._request, rule, self.earlier, self._contributors, sealed=hidden
        )
        found = self.made.published
        if not self._results:
            return found
        cells = tuple(
            replace(cell, key=cell.key[:-1]) for cell in found.cells if cell.key[-1] == ALL
        )
        return Published(asked.cells.dims, cells, found.certificate, _explained(found))

    def _outcomes(self) -> set[Key]:
        """Every number of children who reached the outcome, or did not."""
        lattice = build(self._request)
        return {key for key in lattice.keys if key[-1] != ALL}


def _groups(cells: Cells) -> Cells:
    """The same people whatever they reached."""
    counts: dict[Key, int] = {}
    for key, n in cells.counts.items():
        counts[key[:-1]] = counts.get(key[:-1], 0) + n
    return Cells(cells.dims[:-1], counts)


def _explained(found: Published) -> Explanation:
    """Of figures the reasons are told apart elsewhere."""
    return replace(found.explanation, small=0, complementary=0, by_table={})
