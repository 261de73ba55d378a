"""Apply the protection methods of `cairn protect`: which are allowed, what each produces."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cairn.interfaces.cli.output import CommandUsageError
from cairn.interfaces.cli.sdc.cell_files import CellColumns, read_matching_sheet
from cairn.interfaces.cli.sdc.method import ProtectionMethod
from cairn.interfaces.cli.sdc.protect_options import ProtectOptions
from cairn.policy.engine import Decision
from cairn.policy.facts import SmallCellDisplay, SmallCellRequirement
from cairn.policy.questions import may_show_small_cell
from cairn.sdc.audit import audit_published_ranges, compute_published_ranges
from cairn.sdc.contributors import CellContributor
from cairn.sdc.differencing import EarlierRelease, HistoryProtection, protect_with_history
from cairn.sdc.perturbation import (
    MINIMUM_SECRET_BYTES,
    NumberRange,
    PerturbedTables,
    compute_keys_from_counts,
    compute_record_key,
    perturb_by_cell_key,
    round_tables,
)
from cairn.sdc.protect import ProtectionFailedError
from cairn.sdc.tables import (
    REPORTING_RULES,
    CellCounts,
    Key,
    PercentageDetail,
    PublishedTables,
    ReportingRule,
    TableRequest,
    build_lattice,
    find_small_groups,
)
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
            percentages=rule.shows is not PercentageDetail.COUNTS,
        )
        for rule in (REPORTING_RULES[name] for name in dict.fromkeys(rules))
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
) -> dict[Key, NumberRange]:
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


def perturb_table(table: TableToProtect, method: ProtectionMethod) -> PerturbedTables:
    """Move every number: round it, or add the noise of the people it counts."""
    if table.source:
        raise CommandUsageError(
            f"--method {method.value} needs every number, and some are blank in the file: what "
            "its source withheld cannot be moved. Withhold instead."
        )
    if method is ProtectionMethod.ROUND:
        return round_tables(table.request, table.rule.suppression_rule, table.base)
    return perturb_by_cell_key(table.request, table.rule.suppression_rule, table.keys or {})


def sum_record_keys(
    options: ProtectOptions, columns: CellColumns, cells: CellCounts
) -> dict[Key, int]:
    """Sum the keys of the records of each finest cell.

    Where the file does not identify the person of each row, the keys are derived from the counts.
    """
    secret = _read_secret(options)
    if options.person is None:
        return compute_keys_from_counts(cells, secret)
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
        keys[tuple(key)] = keys.get(tuple(key), 0) + compute_record_key(secret, record)
    return keys


def _read_secret(options: ProtectOptions) -> bytes:
    try:
        secret = options.secret.read_bytes() if options.secret else b""
    except OSError as problem:
        raise CommandUsageError(f"--secret: {options.secret} cannot be read.") from problem
    if len(secret) < MINIMUM_SECRET_BYTES:
        raise CommandUsageError(
            f"--secret: {options.secret} has {len(secret)} bytes, and {MINIMUM_SECRET_BYTES} are "
            "needed: what can be guessed hides nothing."
        )
    return secret


def _list_small_groups(request: TableRequest, rule: ReportingRule) -> set[Key]:
    """List what belongs to groups too small for the rule, although not small for the protector."""
    if rule.group <= rule.minimum:
        return set()
    lattice = build_lattice(request)
    public = {key for key, shown in zip(lattice.keys, lattice.public, strict=True) if shown}
    return find_small_groups(request.cells, public, rule.group)
