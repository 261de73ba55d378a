"""`cairn protect --compare`: what each way of protecting would leave to readers, side by side.

For those who prepare a table. Beside what is published it would help an outsider, so it goes to
the terminal alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from cairn.cli.method import Method
from cairn.cli.protect_order import MOVED
from cairn.cli.protect_ways import Table, leave, moved, spans, withheld
from cairn.cli.voice import Unusable, Voice
from cairn.disclosure.alternatives.cell_key import STANDARD
from cairn.disclosure.alternatives.kept import Kept, by_moving, by_noise, by_withholding
from cairn.disclosure.alternatives.merging import Merge, best_merges
from cairn.disclosure.alternatives.perturbed import TooNarrowError
from cairn.disclosure.alternatives.rounding import NoRoundingError
from cairn.disclosure.history import Beside
from cairn.disclosure.table import UnfitRequestError

MERGES = 3
"""Merges that are told."""

_NAMES = {
    Method.SUPPRESS: "withhold",
    Method.RANGES: "withhold, ranges in the blanks",
    Method.ROUND: "round all numbers to {base}",
    Method.CELL_KEY: "noise by cell key",
}


@dataclass(frozen=True, slots=True)
class _Way:
    """One line: a way, and what it keeps or why it cannot be taken."""

    name: str
    method: Method
    kept: Kept | None = None
    why: str = ""


def show(voice: Voice, table: Table, made: Beside, rules: Sequence[str]) -> None:
    """Tell what each way keeps. Beside earlier releases, which have the finer groups and exact
    numbers, no merge is tried and nothing moved."""
    merges = () if made.relations or table.source else _merges(table, made)
    plain, *others = _ways(table, made, rules)
    ways = [plain, *(_merged(one, plain) for one in merges), *others]
    voice.facts["ways"] = [_document(way) for way in ways]
    voice.facts["merges"] = [{**asdict(one), "said": _said(one)} for one in merges]
    voice.table(
        ("way", "exact", "people", "ranges", "moved", "error", "left open"),
        [_row(way) for way in ways],
    )
    voice.plain(
        "Exact: cells with people in them that are shown with their number. People: those in the "
        "finest of them. Ranges, moved: cells shown as a range, or with another number; how far "
        "that is from the true one, on average, is the error. Left open: whole numbers that an "
        "attacker must leave possible for each cell that is not shown exactly. Keep this table "
        "to yourselves: beside what is published it would help to work numbers out."
    )
    for one in merges:
        voice.plain(f"· {_said(one)}")
    for way in ways:
        if way.why:
            voice.plain(f"! {way.name}: {way.why}")


def _ways(table: Table, made: Beside, rules: Iterable[str]) -> Iterator[_Way]:
    named = tuple(rules)
    for method, name in _NAMES.items():
        way = _Way(name.format(base=table.base), method)
        if refusals := leave(method, named).refusals:
            why = " ".join(f"{one.message} ({one.citation})" for one in refusals)
            yield replace(way, why=why)
            continue
        if made.relations and method in MOVED:
            yield replace(way, why="not beside what is out with exact numbers.")
            continue
        try:
            yield replace(way, kept=_kept(table, made, method))
        except (NoRoundingError, TooNarrowError, UnfitRequestError, Unusable) as problem:
            yield replace(way, why=str(problem))


def _kept(table: Table, made: Beside, method: Method) -> Kept:
    if method is Method.SUPPRESS:
        return by_withholding(table.request, made.published)
    if method is Method.RANGES:
        found = spans(table.request, table.rule, made.published)
        return by_withholding(table.request, made.published, found)
    if method is Method.CELL_KEY and table.keys is None:
        return by_noise(table.request, STANDARD)
    return by_moving(table.request, moved(table, method))


def _merges(table: Table, made: Beside) -> tuple[Merge, ...]:
    found = best_merges(
        table.request,
        table.rule.rule,
        made.published,
        lambda coarser: withheld(replace(table, request=coarser)).published,
    )
    return found[:MERGES]


def _merged(merge: Merge, plain: _Way) -> _Way:
    """The same table with a merge, then withheld."""
    return replace(plain, name=f"merge {merge.name}, withhold", kept=merge.kept)


def _said(merge: Merge) -> str:
    values = ", ".join(merge.values)
    cells = f"{merge.cells:,} more cells" if merge.cells else "as many cells"
    return (
        f"Merge {values} ({merge.dim}): {cells} can be shown, with {merge.people:,} more people "
        "in them."
    )


def _row(way: _Way) -> tuple[object, ...]:
    kept = way.kept
    if kept is None:
        return (way.name, "-", "-", "-", "-", "-", "see below")
    ranges = f"{kept.ranges:,} ({kept.width:.0f} wide)" if kept.width else "-"
    return (
        way.name,
        f"{kept.exact:,} of {kept.cells:,}",
        f"{kept.people:,}",
        ranges,
        f"{kept.changed:,.0f}",
        f"{kept.error:.2f}",
        str(kept.narrowest or ("-" if kept.exact == kept.cells else "not attacked")),
    )


def _document(way: _Way) -> dict[str, Any]:
    found: dict[str, Any] = {"way": way.name, "method": way.method.value}
    if way.kept is None:
        return {**found, "why_not": way.why}
    return {**found, **asdict(way.kept)}
