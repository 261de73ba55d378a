"""What each owner's rows alone come to: its own figures, which it compares with its own records.

They are counted with the release, under the same permit, and nothing in them is withheld: whoever
sent the rows could count them too. So they are for that owner's eyes alone
(`rules.release.may_view_own_figures`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from cairn.releases import groups
from cairn.releases.figures import Count, Figures, Key
from cairn.releases.groups import ALL_APART, Together
from cairn.releases.models import Own
from cairn.releases.sources import Sources
from cairn.rules.decision import Permit
from cairn.warehouse import count
from cairn.warehouse.engine import Engine
from cairn.warehouse.outcomes import OutcomeDefinition
from cairn.warehouse.released import ALL, DIMS
from cairn.warehouse.zones import FileRef, Storehouse

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
    ends = {year[-2:] for year in years}
    wanted = {frozenset[str](), *(kept for table in tables for kept in _margins(table))}
    found: dict[str, dict[Key, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for finest in rows:
        if ends and finest["school_year"][-2:] not in ends:
            continue
        (row,) = groups.merged_rows([finest], together.get(finest["school_year"], ALL_APART))
        for kept in wanted:
            cell = found[row["school_year"]][_key(row, kept, names)]
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


def _margins(table: Sequence[str]) -> Iterable[frozenset[str]]:
    """Each set of dimensions that a table or a sum of it has; a school stays in its district."""
    for size in range(1, len(table) + 1):
        for kept in combinations(table, size):
            nested = "school" in kept and "district" in table
            yield frozenset({*kept, "district"} if nested else kept)


def _key(row: Mapping[str, Any], kept: frozenset[str], names: Mapping[str, str]) -> Key:
    district, school, race, gender = (str(row[dim]) if dim in kept else ALL for dim in DIMS)
    return district, names.get(school, school), race, gender
