"""Compare what each protection method would leave to readers (`cairn protect --compare`).

For people who prepare a table. Together with the published table it would help an
attacker, so it is printed to the terminal only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.cli.sdc.method import ProtectionMethod
from cairn.interfaces.cli.sdc.protect_options import PERTURBING_METHODS
from cairn.interfaces.cli.sdc.protection_methods import (
    TableToProtect,
    compute_audited_ranges,
    decide_method,
    perturb_table,
    suppress_cells,
)
from cairn.sdc.differencing import HistoryProtection
from cairn.sdc.perturbation import (
    STANDARD_NOISE,
    CategoryMerge,
    InformationKept,
    NoRoundingError,
    PerturbationTooNarrowError,
    find_best_merges,
    measure_expected_noise,
    measure_perturbation,
    measure_suppression,
)
from cairn.sdc.tables import UnfitRequestError

MOST_SHOWN_MERGES = 3
"""Merges that are printed."""

_METHOD_NAMES = {
    ProtectionMethod.SUPPRESS: "withhold",
    ProtectionMethod.RANGES: "withhold, ranges in the blanks",
    ProtectionMethod.ROUND: "round all numbers to {base}",
    ProtectionMethod.CELL_KEY: "noise by cell key",
}


@dataclass(frozen=True, slots=True)
class _ComparedMethod:
    """Hold one line: a method, and what it keeps or why it cannot be used."""

    name: str
    method: ProtectionMethod
    kept: InformationKept | None = None
    why: str = ""


def show_comparison(
    voice: CommandOutput, table: TableToProtect, protection: HistoryProtection, rules: Sequence[str]
) -> None:
    """Print what each method keeps.

    Beside earlier releases, which have the finer groups and exact numbers, no merge is tried and
    no number is moved.
    """
    merges = () if protection.relations or table.source else _find_merges(table, protection)
    suppression, *others = _compare_methods(table, protection, rules)
    methods = [suppression, *(_describe_merged(merge, suppression) for merge in merges), *others]
    voice.facts["ways"] = [_format_facts(method) for method in methods]
    voice.facts["merges"] = [{**asdict(merge), "said": _format_merge(merge)} for merge in merges]
    voice.table(
        ("way", "exact", "people", "ranges", "moved", "error", "left open"),
        [_format_row(method) for method in methods],
    )
    voice.plain(
        "Exact: cells with people in them that are shown with their number. People: those in the "
        "finest of them. Ranges, moved: cells shown as a range, or with another number; how far "
        "that is from the true one, on average, is the error. Left open: whole numbers that an "
        "attacker must leave possible for each cell that is not shown exactly. Keep this table "
        "to yourselves: beside what is published it would help to work numbers out."
    )
    for merge in merges:
        voice.plain(f"· {_format_merge(merge)}")
    for method in methods:
        if method.why:
            voice.plain(f"! {method.name}: {method.why}")


def _compare_methods(
    table: TableToProtect, protection: HistoryProtection, rules: Iterable[str]
) -> Iterator[_ComparedMethod]:
    named_rules = tuple(rules)
    for method, name in _METHOD_NAMES.items():
        compared = _ComparedMethod(name.format(base=table.base), method)
        if refusals := decide_method(method, named_rules).refusals:
            why = " ".join(f"{refusal.message} ({refusal.citation})" for refusal in refusals)
            yield replace(compared, why=why)
            continue
        if protection.relations and method in PERTURBING_METHODS:
            yield replace(compared, why="not beside what is out with exact numbers.")
            continue
        try:
            yield replace(compared, kept=_measure_method(table, protection, method))
        except (
            NoRoundingError,
            PerturbationTooNarrowError,
            UnfitRequestError,
            CommandUsageError,
        ) as problem:
            yield replace(compared, why=str(problem))


def _measure_method(
    table: TableToProtect, protection: HistoryProtection, method: ProtectionMethod
) -> InformationKept:
    if method is ProtectionMethod.SUPPRESS:
        return measure_suppression(table.request, protection.published)
    if method is ProtectionMethod.RANGES:
        ranges = compute_audited_ranges(table.request, table.rule, protection.published)
        return measure_suppression(table.request, protection.published, ranges)
    if method is ProtectionMethod.CELL_KEY and table.keys is None:
        return measure_expected_noise(table.request, STANDARD_NOISE)
    return measure_perturbation(table.request, perturb_table(table, method))


def _find_merges(table: TableToProtect, protection: HistoryProtection) -> tuple[CategoryMerge, ...]:
    merges = find_best_merges(
        table.request,
        table.rule.suppression_rule,
        protection.published,
        lambda coarser: suppress_cells(replace(table, request=coarser)).published,
    )
    return merges[:MOST_SHOWN_MERGES]


def _describe_merged(merge: CategoryMerge, plain: _ComparedMethod) -> _ComparedMethod:
    """Return the same table with a merge, then suppressed."""
    return replace(plain, name=f"merge {merge.name}, withhold", kept=merge.kept)


def _format_merge(merge: CategoryMerge) -> str:
    values = ", ".join(merge.values)
    cells = f"{merge.cells:,} more cells" if merge.cells else "as many cells"
    return (
        f"Merge {values} ({merge.dim}): {cells} can be shown, with {merge.people:,} more people "
        "in them."
    )


def _format_row(compared: _ComparedMethod) -> tuple[object, ...]:
    kept = compared.kept
    if kept is None:
        return (compared.name, "-", "-", "-", "-", "-", "see below")
    ranges = f"{kept.ranges:,} ({kept.width:.0f} wide)" if kept.width else "-"
    return (
        compared.name,
        f"{kept.exact:,} of {kept.cells:,}",
        f"{kept.people:,}",
        ranges,
        f"{kept.changed:,.0f}",
        f"{kept.error:.2f}",
        str(kept.narrowest or ("-" if kept.exact == kept.cells else "not attacked")),
    )


def _format_facts(compared: _ComparedMethod) -> dict[str, Any]:
    facts: dict[str, Any] = {"way": compared.name, "method": compared.method.value}
    if compared.kept is None:
        return {**facts, "why_not": compared.why}
    return {**facts, **asdict(compared.kept)}
