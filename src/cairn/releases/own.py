"""What each owner's rows alone come to: its own figures, which it compares with its own records.

They are counted with the release, under the same permit, and nothing in them is withheld: whoever
sent the rows could count them too. So they are for that owner's eyes alone
(`rules.release.may_view_own_figures`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from statistics import mean, median
from typing import Any

from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.releases import groups
from cairn.releases.figures import Amount, Count, Figures, Key
from cairn.releases.groups import ALL_APART, Together
from cairn.releases.kept import Own
from cairn.releases.sources import Sources
from cairn.rules.decision import Permit
from cairn.warehouse import count
from cairn.warehouse.engine import Engine
from cairn.warehouse.outcomes import OutcomeDefinition
from cairn.warehouse.released import ALL, DIMS
from cairn.warehouse.zones import FileRef, Storehouse

_FINE = Decimal("0.01")
_ABSENCES = frozenset({"attendance", "attendance_total"})


def counted(
    found: Sources,
    store: Storehouse,
    marts: Sequence[FileRef],
    definitions: Iterable[OutcomeDefinition],
    dims: Sequence[str],
    *,
    permit: Permit,
    engine: Engine,
) -> dict[str, Own]:
    """For each owner, by its slug: how many rows it sent of what, and what they come to."""
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for part in found.parts:
        rows[part.organization][part.record] += store.manifest(part.ref).rows
    own = {whose: Own(rows=dict(sent), counted={}) for whose, sent in sorted(rows.items())}
    for definition in definitions:
        for whose, mine in own.items():
            if counts(definition, mine["rows"]):
                table = count.count(
                    store, marts, definition, dims, permit=permit, engine=engine, of=whose
                )
                mine["counted"][definition.id] = str(table)
    return own


def counts(definition: OutcomeDefinition, records: Collection[str]) -> bool:
    """Whether rows of these record types can tell among how many children an outcome is counted:
    those of a college alone say nothing of who graduated."""
    among = _ABSENCES if definition.absence else {definition.denominator.record}
    return bool(among & set(records))


def tells(definition: OutcomeDefinition, records: Collection[str]) -> bool:
    """Whether they can tell who reached it, too: a school's own rows do not say who went to
    college."""
    reached = {definition.numerator.record} - {""}
    return counts(definition, records) and reached <= set(records)


def figures(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: Iterable[Sequence[str]],
    years: Collection[str],
    names: Mapping[str, str],
    *,
    reached: bool,
    together: Mapping[str, Together],
) -> Figures:
    """A counted table as the tables of a release, with all their sums; `years` as the release
    names them (none: every one), `names` of schools by their codes. Where the rows do not tell
    who `reached` the outcome, that number is nothing. `together` are, by year, the groups that the
    release counts as one."""
    found: dict[str, dict[Key, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for year, key, row in _groups(rows, tables, years, names, together):
        cell = found[year][key]
        cell[0] += row["n"] if row["result"] == "yes" else 0
        cell[1] += row["n"]
    return Figures(
        outcome=outcome,
        years=tuple(sorted(found)),
        tables={
            year: {
                key: Count(yes if reached else None, n) for key, (yes, n) in sorted(cells.items())
            }
            for year, cells in found.items()
        },
    )


def measured(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: Iterable[Sequence[str]],
    years: Collection[str],
    names: Mapping[str, str],
    statistic: Statistic,
    *,
    together: Mapping[str, Together],
) -> Figures:
    """The same of a measure: what an owner's own children have, to a hundredth."""
    found: dict[str, dict[Key, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for year, key, row in _groups(rows, tables, years, names, together):
        found[year][key].extend([Decimal(row["value"])] * row["n"])
    middle = median if statistic is Statistic.MEDIAN else mean
    return Figures(
        outcome=outcome,
        years=tuple(sorted(found)),
        tables={
            year: {
                key: Amount(None, len(values), middle(values).quantize(_FINE), _FINE)
                for key, values in sorted(cells.items())
            }
            for year, cells in found.items()
        },
        statistic=statistic.value,
    )


def _groups(
    rows: Iterable[Mapping[str, Any]],
    tables: Iterable[Sequence[str]],
    years: Collection[str],
    names: Mapping[str, str],
    together: Mapping[str, Together],
) -> Iterator[tuple[str, Key, Mapping[str, Any]]]:
    """Each row once for every group that it counts in, with the year of it."""
    ends = {year[-2:] for year in years}
    wanted = {frozenset[str](), *(kept for table in tables for kept in _margins(table))}
    for finest in rows:
        if not ends or finest["school_year"][-2:] in ends:
            (row,) = groups.merged_rows([finest], together.get(finest["school_year"], ALL_APART))
            for kept in wanted:
                yield row["school_year"], _key(row, kept, names), row


def _margins(table: Sequence[str]) -> Iterable[frozenset[str]]:
    """Each set of dimensions that a table or a sum of it has; a school stays in its district."""
    for size in range(1, len(table) + 1):
        for kept in combinations(table, size):
            nested = "school" in kept and "district" in table
            yield frozenset({*kept, "district"} if nested else kept)


def _key(row: Mapping[str, Any], kept: frozenset[str], names: Mapping[str, str]) -> Key:
    district, school, race, gender = (str(row[dim]) if dim in kept else ALL for dim in DIMS)
    return district, names.get(school, school), race, gender
