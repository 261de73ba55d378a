"""Interpret and check the options of `cairn protect`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cairn.interfaces.cli.output import CommandUsageError
from cairn.interfaces.cli.sdc.cell_files import CellColumns
from cairn.sdc.magnitudes import ACRO_RULE, DOMINANCE_RULES, DominanceRule, join_dominance_rules
from cairn.sdc.options import ProtectionMethod, Statistic, Sums, Zeros
from cairn.sdc.tables import (
    DEFAULT_REPORTING_RULE,
    REPORTING_RULES,
    RESULT,
    SMALLEST_MINIMUM_CELL,
    Nest,
    ReportingRule,
    join_reporting_rules,
)

MEASURE_COLUMNS: Final = ("n", "value", "rounded_to", "status")
"""Columns published of a measure, beside the dimensions."""

COUNT_COLUMNS: Final = ("n", "range", "denominator", "denominator_range", "percentage", "status")
"""Columns published of counts, beside the dimensions."""

SMALLEST_BASE: Final = 3
"""With a smaller base, a rounded number is known to within one."""

PERTURBING_METHODS: Final = frozenset({ProtectionMethod.ROUND, ProtectionMethod.CELL_KEY})
"""Methods that show another number than the true one."""


@dataclass(frozen=True, slots=True)
class ProtectOptions:
    """Hold the command as it was typed."""

    cells: Path
    dims: str
    out: Path | None = None
    count: str | None = None
    denominator: str | None = None
    nests: tuple[str, ...] = ()
    tables: str = ""
    rules: tuple[str, ...] = ()
    minimum: int | None = None
    zeros: Zeros | None = None
    sums: Sums | None = None
    previous: tuple[Path, ...] = ()
    contributor: str | None = None
    audit: Path | None = None
    method: ProtectionMethod | None = None
    compare: bool = False
    base: int | None = None
    secret: Path | None = None
    person: str | None = None
    measure: str | None = None
    statistic: Statistic | None = None
    between: str | None = None

    @property
    def written_method(self) -> ProtectionMethod | None:
        """Return the method by which a file is written; None where methods are only compared."""
        return self.method or (None if self.compare else ProtectionMethod.SUPPRESS)


def check_method_options(options: ProtectOptions) -> None:
    """Refuse options that do not go together, before anything is read."""
    if options.measure is None and (options.statistic or options.between):
        raise CommandUsageError("--statistic and --between need --measure: the column of values.")
    method = options.written_method
    if method is None and (options.out or options.audit):
        raise CommandUsageError(
            "--compare writes no file. Name a --method, or leave --out and --audit out."
        )
    if options.base is not None and not (options.compare or method is ProtectionMethod.ROUND):
        raise CommandUsageError("--base works only with --method round or --compare.")
    if options.base is not None and options.base < SMALLEST_BASE:
        raise CommandUsageError(
            f"--base: use at least {SMALLEST_BASE}. A smaller base reveals the number."
        )
    if options.secret and not (options.compare or method is ProtectionMethod.CELL_KEY):
        raise CommandUsageError("--secret works only with --method cell-key or --compare.")
    if method is ProtectionMethod.CELL_KEY and not options.secret:
        raise CommandUsageError(
            "--method cell-key needs --secret FILE: 32 or more random bytes that only you have, "
            "the same for all tables of these people. On Linux: head -c 32 /dev/urandom > FILE"
        )
    if options.person and not options.secret:
        raise CommandUsageError("--person works only with --secret.")
    if options.person and options.count:
        raise CommandUsageError("--person is for files with one row per person, without --count.")
    if options.previous and method in PERTURBING_METHODS:
        raise CommandUsageError(
            f"--previous does not work with --method {method.value}: Cairn cannot test what "
            "changed numbers reveal together with exact ones. Publish with one method only."
        )
    _check_contributor_option(options)


def _check_contributor_option(options: ProtectOptions) -> None:
    column = options.contributor
    if column and (options.compare or options.written_method in PERTURBING_METHODS):
        raise CommandUsageError(
            "--contributor works only with --method suppress or ranges: Cairn does not test what a "
            "contributor could calculate from changed numbers."
        )
    if column and column in {options.count, options.denominator, options.person}:
        raise CommandUsageError(
            f"--contributor: {column} does not name the organization of a row. Use another column."
        )


def check_measure_options(options: ProtectOptions) -> None:
    """Refuse options that do not go with a measure, before anything is read."""
    for option, is_given, why in (
        ("--count", options.count, "a measure needs one row per person"),
        ("--denominator", options.denominator, "a measure needs one row per person"),
        (
            "--method",
            options.written_method is not ProtectionMethod.SUPPRESS,
            "figures are always rounded and withheld",
        ),
        ("--compare", options.compare, "there is only one method"),
        ("--base", options.base, "the size of a group decides how its figure is rounded"),
        ("--secret", options.secret, "there is no noise"),
        ("--person", options.person, "there is no noise"),
        (
            "--contributor",
            options.contributor,
            "Cairn does not yet test what a contributor could calculate",
        ),
        ("--sums free", options.sums is Sums.FREE, "the sum of a few people would be known"),
        (
            "--previous",
            options.previous,
            "Cairn does not yet test it together with published figures",
        ),
    ):
        if is_given:
            raise CommandUsageError(f"{option} does not work with --measure: {why}. Leave it out.")


def choose_columns(options: ProtectOptions) -> CellColumns:
    """Determine which column is what.

    Raises:
        Unusable: an option names a wrong column.
    """
    dims = _split_names(options.dims)
    if not dims:
        raise CommandUsageError("--dims: name the columns to break down by, such as school,race.")
    for names, option in ((dims, "--dims"),):
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise CommandUsageError(f"{option}: {', '.join(repeated)} is named more than once.")
    output_columns = {*MEASURE_COLUMNS} if options.measure else {*COUNT_COLUMNS, RESULT}
    if reserved := sorted(set(dims) & output_columns):
        raise CommandUsageError(
            f"--dims: {reserved[0]} is the name of a column of the result. Rename it in your file."
        )
    if options.denominator and not options.count:
        raise CommandUsageError(
            "--denominator needs --count: the number of people with the outcome."
        )
    if options.person in dims:
        raise CommandUsageError(
            f"--dims: {options.person} identifies single people. Use it with --person only."
        )
    for name in (options.count, options.denominator, options.measure):
        if name in dims:
            raise CommandUsageError(
                f"--dims: {name} is a column of numbers. Use it in one option only."
            )
    if options.count and options.count == options.denominator:
        raise CommandUsageError("--count and --denominator name the same column. Use two columns.")
    return CellColumns(
        dims,
        options.count,
        options.denominator,
        tuple(_parse_nest(text, dims) for text in options.nests),
    )


def choose_tables(options: ProtectOptions, dims: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Determine the requested tables; one of all dimensions where none is named."""
    requested = tuple(
        table_dims for part in options.tables.split(";") if (table_dims := _split_names(part))
    )
    for table in requested:
        if unknown := [name for name in table if name not in dims]:
            raise CommandUsageError(
                f"--tables: {unknown[0]} is not among --dims, which are {options.dims}."
            )
        if len(set(table)) < len(table):
            raise CommandUsageError(f"--tables: {','.join(table)} names a dimension twice.")
    return requested or (tuple(dims),)


def choose_reporting_rule(options: ProtectOptions) -> ReportingRule:
    """Join the named rules to the strictest, with the requested minimum if that is stricter."""
    for name in options.rules:
        if name not in {**REPORTING_RULES, **DOMINANCE_RULES}:
            known = ", ".join((*REPORTING_RULES, *DOMINANCE_RULES))
            raise CommandUsageError(f"--rule: there is no rule {name}. Rules: {known}.")
        if name in DOMINANCE_RULES and options.measure is None:
            raise CommandUsageError(f"--rule: {name} is for sums and means. Add --measure.")
    preset_names = [name for name in dict.fromkeys(options.rules) if name in REPORTING_RULES]
    minimum = options.minimum
    if minimum is not None and minimum < SMALLEST_MINIMUM_CELL:
        raise CommandUsageError(
            f"--minimum: use at least {SMALLEST_MINIMUM_CELL}. With a smaller minimum, a small "
            "number has too few possible values."
        )
    if preset_names:
        chosen = join_reporting_rules(*(REPORTING_RULES[name] for name in preset_names))
        chosen = replace(chosen, minimum=max(chosen.minimum, minimum or 0))
    else:
        chosen = replace(DEFAULT_REPORTING_RULE, minimum=minimum or DEFAULT_REPORTING_RULE.minimum)
    return replace(chosen, zeros=options.zeros or chosen.zeros, sums=options.sums or chosen.sums)


def choose_dominance_rule(options: ProtectOptions) -> DominanceRule:
    """Join the named rules for magnitudes to the strictest."""
    named_rules = [
        DOMINANCE_RULES[name] for name in dict.fromkeys(options.rules) if name in DOMINANCE_RULES
    ]
    return join_dominance_rules(*(named_rules or [ACRO_RULE]))


def _split_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _parse_nest(text: str, dims: Sequence[str]) -> Nest:
    child, colon, parent = (part.strip() for part in text.partition(":"))
    if not colon or child not in dims or parent not in dims or child == parent:
        raise CommandUsageError(
            f"--nest: {text}: use CHILD:PARENT, both among --dims, such as school:district."
        )
    return Nest(child, parent)
