"""Apply and compare the protection methods of `cairn protect`.

The first part says which methods are allowed and what each produces. The comparison
(`cairn protect --compare`) says what each would leave to readers. It is for people who prepare a
table: together with the published table it would help an attacker, so it is printed to the
terminal only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.cli.sdc.cell_files import CellColumns, read_matching_sheet
from cairn.interfaces.cli.sdc.protect_options import PERTURBING_METHODS, ProtectOptions
from cairn.policy.engine import Decision
from cairn.policy.facts import SmallCellDisplay, SmallCellRequirement
from cairn.policy.questions import may_show_small_cell
from cairn.sdc import perturbation, tables
from cairn.sdc.audit import audit_published_ranges, compute_published_ranges
from cairn.sdc.contributors import CellContributor
from cairn.sdc.differencing import EarlierRelease, HistoryProtection, protect_with_history
from cairn.sdc.options import ProtectionMethod
from cairn.sdc.protect import ProtectionFailedError
from cairn.sdc.tables import Key, PublishedTables, ReportingRule, TableRequest
from cairn.warehouse.schema import ROW_COLUMN

DEFAULT_BASE: Final = 5
"""The base for rounding where none is given."""

_REPLACEMENTS: Final = {
    ProtectionMethod.SUPPRESS: SmallCellDisplay.NOTHING,
    ProtectionMethod.RANGES: SmallCellDisplay.RANGE,
    ProtectionMethod.ROUND: SmallCellDisplay.ANOTHER_NUMBER,
    ProtectionMethod.CELL_KEY: SmallCellDisplay.ANOTHER_NUMBER,
}


@dataclass(frozen=True, slots=True)
class TableToProtect:
    """One table to protect, with the options that concern it.

    Args:
        request: the true or completed cells, and the requested tables.
        rule: the reporting rule.
        source: cells that came withheld, with numbers made up for them.
        keys: for each finest cell, the sum of its records' keys; None without a secret.
        base: the base for rounding.
        contributors: organizations that know their own part of every number.
    """

    request: TableRequest
    rule: ReportingRule
    source: frozenset[Key]
    keys: Mapping[Key, int] | None
    base: int
    contributors: tuple[CellContributor, ...] = ()


def decide_method(method: ProtectionMethod, rules: Iterable[str]) -> Decision:
    """Decide whether the named rules let a method replace small numbers as it does."""
    demands = [
        SmallCellRequirement(
            rule.name,
            rule.citation,
            rule.minimum,
            percentages=rule.shows is not tables.PercentageDetail.COUNTS,
        )
        for rule in (tables.REPORTING_RULES[name] for name in dict.fromkeys(rules))
    ]
    return may_show_small_cell(_REPLACEMENTS[method], demands, datetime.now().astimezone().date())


def suppress_cells(
    table: TableToProtect, earlier_releases: Sequence[EarlierRelease] = ()
) -> HistoryProtection:
    """Withhold small numbers, and those that would disclose them."""
    small = _list_small_groups(table.request, table.rule)
    return protect_with_history(
        table.request,
        table.rule.suppression_rule,
        earlier_releases,
        table.contributors,
        sealed={*table.source, *small},
    )


def compute_audited_ranges(
    request: TableRequest, rule: ReportingRule, published: PublishedTables
) -> dict[Key, perturbation.NumberRange]:
    """Compute ranges for the blanks, audited against attackers who read them too.

    Raises:
        ProtectionFailedError: the ranges narrow a cell too far.
    """
    counts = {cell.key: cell.n for cell in published.cells}
    ranges_by_key = compute_published_ranges(
        published.dims, counts, request.tables, request.nests, rule.suppression_rule
    )
    certificate = audit_published_ranges(request, rule.suppression_rule, counts, ranges_by_key)
    if not certificate.safe:
        raise ProtectionFailedError(certificate)
    return ranges_by_key


def perturb_table(table: TableToProtect, method: ProtectionMethod) -> perturbation.PerturbedTables:
    """Move every number: round it, or add the noise of the people it counts."""
    if table.source:
        raise CommandUsageError(
            f"--method {method.value} needs every number, and some are blank in the file. Use "
            "--method suppress instead."
        )
    if method is ProtectionMethod.ROUND:
        return perturbation.round_tables(table.request, table.rule.suppression_rule, table.base)
    return perturbation.perturb_by_cell_key(
        table.request, table.rule.suppression_rule, table.keys or {}
    )


def sum_record_keys(
    options: ProtectOptions, columns: CellColumns, cells: tables.CellCounts
) -> dict[Key, int]:
    """Sum the keys of the records of each finest cell.

    Where the file does not identify the person of each row, the keys are derived from the counts.
    """
    secret = _read_secret(options)
    if options.person is None:
        return perturbation.compute_keys_from_counts(cells, secret)
    sheet = read_matching_sheet(options.cells, (*columns.dims, options.person))
    values_by_column = [
        sheet.table.column(name).to_pylist() for name in (*columns.dims, options.person)
    ]
    keys: dict[Key, int] = {}
    for row, *values in zip(
        sheet.table.column(ROW_COLUMN).to_pylist(), *values_by_column, strict=True
    ):
        *key, record = ((value or "").strip() for value in values)
        if not record:
            raise CommandUsageError(
                f"{options.cells.name}, row {row}, column {options.person}: empty."
            )
        keys[tuple(key)] = keys.get(tuple(key), 0) + perturbation.compute_record_key(secret, record)
    return keys


def _read_secret(options: ProtectOptions) -> bytes:
    try:
        secret = options.secret.read_bytes() if options.secret else b""
    except OSError as problem:
        raise CommandUsageError(f"--secret: {options.secret} cannot be read.") from problem
    if len(secret) < perturbation.MINIMUM_SECRET_BYTES:
        raise CommandUsageError(
            f"--secret: {options.secret} has {len(secret)} bytes, and "
            f"{perturbation.MINIMUM_SECRET_BYTES} are needed, so that no one can guess it."
        )
    return secret


def _list_small_groups(request: TableRequest, rule: ReportingRule) -> set[Key]:
    """List what belongs to groups too small for the rule, although not small for the protector."""
    if rule.group <= rule.minimum:
        return set()
    lattice = tables.build_lattice(request)
    public = {key for key, shown in zip(lattice.keys, lattice.public, strict=True) if shown}
    return tables.find_small_groups(request.cells, public, rule.group)


MOST_SHOWN_MERGES = 3
"""Merges that are printed."""

_METHOD_NAMES = {
    ProtectionMethod.SUPPRESS: "withhold",
    ProtectionMethod.RANGES: "withhold, with ranges",
    ProtectionMethod.ROUND: "round all numbers to {base}",
    ProtectionMethod.CELL_KEY: "cell-key noise",
}


@dataclass(frozen=True, slots=True)
class _ComparedMethod:
    """Hold one line: a method, and what it keeps or why it cannot be used."""

    name: str
    method: ProtectionMethod
    kept: perturbation.InformationKept | None = None
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
    voice.print_table(
        ("Method", "Exact", "People", "Ranges", "Changed", "Error", "Possible values"),
        [_format_row(method) for method in methods],
    )
    voice.print_text(
        "Exact: nonempty cells that show their exact number. People: people in the smallest of "
        "these cells. Ranges: cells that show a range. Changed: cells that show another number; "
        "the error is the average difference. Possible values: the fewest whole numbers that "
        "remain possible for a cell without its exact number. Keep this table confidential: "
        "together with the published table it would help to calculate numbers."
    )
    for merge in merges:
        voice.print_text(f"· {_format_merge(merge)}")
    for method in methods:
        if method.why:
            voice.print_text(f"! {method.name}: {method.why}")


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
            yield replace(compared, why="not possible together with earlier exact numbers.")
            continue
        try:
            yield replace(compared, kept=_measure_method(table, protection, method))
        except (
            perturbation.NoRoundingError,
            perturbation.PerturbationTooNarrowError,
            tables.UnfitRequestError,
            CommandUsageError,
        ) as problem:
            yield replace(compared, why=str(problem))


def _measure_method(
    table: TableToProtect, protection: HistoryProtection, method: ProtectionMethod
) -> perturbation.InformationKept:
    if method is ProtectionMethod.SUPPRESS:
        return perturbation.measure_suppression(table.request, protection.published)
    if method is ProtectionMethod.RANGES:
        ranges = compute_audited_ranges(table.request, table.rule, protection.published)
        return perturbation.measure_suppression(table.request, protection.published, ranges)
    if method is ProtectionMethod.CELL_KEY and table.keys is None:
        return perturbation.measure_expected_noise(table.request, perturbation.STANDARD_NOISE)
    return perturbation.measure_perturbation(table.request, perturb_table(table, method))


def _find_merges(
    table: TableToProtect, protection: HistoryProtection
) -> tuple[perturbation.CategoryMerge, ...]:
    merges = perturbation.find_best_merges(
        table.request,
        table.rule.suppression_rule,
        protection.published,
        lambda coarser: suppress_cells(replace(table, request=coarser)).published,
    )
    return merges[:MOST_SHOWN_MERGES]


def _describe_merged(merge: perturbation.CategoryMerge, plain: _ComparedMethod) -> _ComparedMethod:
    """Return the same table with a merge, then suppressed."""
    return replace(plain, name=f"merge {merge.name}, withhold", kept=merge.kept)


def _format_merge(merge: perturbation.CategoryMerge) -> str:
    values = ", ".join(merge.values)
    cells = f"{merge.cells:,} more cells" if merge.cells else "the same number of cells"
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
