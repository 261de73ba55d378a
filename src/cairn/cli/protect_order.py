"""The words of `cairn protect` → what is meant by them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cairn.cli.cell_files import Columns
from cairn.cli.method import Method
from cairn.cli.voice import Unusable
from cairn.disclosure.handling import Handling, strictest
from cairn.disclosure.magnitudes.dominance import ACRO, DOMINANCE, Dominance
from cairn.disclosure.magnitudes.dominance import strictest as joined
from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.disclosure.presets import PLAIN, PRESETS
from cairn.disclosure.rule import Rule, Sums, Zeros
from cairn.disclosure.table import RESULT, Nest

MEASURED: Final = ("n", "value", "rounded_to", "status")
"""Columns of what is published of a measure, beside the dimensions."""

PRINTED: Final = ("n", "range", "denominator", "denominator_range", "percentage", "status")
"""Columns of what is published, beside the dimensions."""

LEAST: Final = Rule().width_small + 1
"""A smaller minimum leaves a small cell too few values to hide in."""


LEAST_BASE: Final = 3
"""To a smaller one, a rounded number is known to within one."""

MOVED: Final = frozenset({Method.ROUND, Method.CELL_KEY})
"""Methods that show another number than the true one."""


@dataclass(frozen=True, slots=True)
class Order:
    """The command as it was typed."""

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
    method: Method | None = None
    compare: bool = False
    base: int | None = None
    secret: Path | None = None
    person: str | None = None
    measure: str | None = None
    statistic: Statistic | None = None
    between: str | None = None

    @property
    def writes(self) -> Method | None:
        """By which method a file is written; None where ways are only compared."""
        return self.method or (None if self.compare else Method.SUPPRESS)


def check_method(order: Order) -> None:
    """Refuse what does not go together, before anything is read."""
    if order.measure is None and (order.statistic or order.between):
        raise Unusable("--statistic and --between go with --measure: which column to tell of.")
    method = order.writes
    if method is None and (order.out or order.audit):
        raise Unusable(
            "--compare writes no file. Name the --method that shall, or leave --out and --audit "
            "away."
        )
    if order.base is not None and not (order.compare or method is Method.ROUND):
        raise Unusable("--base goes with --method round, or with --compare.")
    if order.base is not None and order.base < LEAST_BASE:
        raise Unusable(f"--base: at least {LEAST_BASE}. A smaller one gives the number away.")
    if order.secret and not (order.compare or method is Method.CELL_KEY):
        raise Unusable("--secret goes with --method cell-key, or with --compare.")
    if method is Method.CELL_KEY and not order.secret:
        raise Unusable(
            "--method cell-key needs --secret FILE: 32 bytes or more that nobody else has, the "
            "same for all tables of these people. On Linux: head -c 32 /dev/urandom > FILE"
        )
    if order.person and not order.secret:
        raise Unusable("--person goes with --secret: it names whom the noise belongs to.")
    if order.person and order.count:
        raise Unusable("--person is for files with one row for each person, without --count.")
    if order.previous and method in MOVED:
        raise Unusable(
            f"--previous does not go with --method {method.value}: what numbers that were moved "
            "give away beside exact ones cannot be told. Publish in one way only."
        )
    _check_contributor(order)


def _check_contributor(order: Order) -> None:
    column = order.contributor
    if column and (order.compare or order.writes in MOVED):
        raise Unusable(
            "--contributor goes with withholding, --method suppress or ranges: what a contributor "
            "works out from numbers that were moved is not looked at."
        )
    if column and column in {order.count, order.denominator, order.person}:
        raise Unusable(
            f"--contributor: {column} does not say whose rows they are. Name another column."
        )


def check_measure(order: Order) -> None:
    """Refuse what does not go with a measure, before anything is read."""
    for option, given, why in (
        ("--count", order.count, "a measure needs one row for each person"),
        ("--denominator", order.denominator, "a measure needs one row for each person"),
        ("--method", order.writes is not Method.SUPPRESS, "figures are rounded and withheld"),
        ("--compare", order.compare, "there is one way to protect it"),
        ("--base", order.base, "how finely a figure is told follows from its group's size"),
        ("--secret", order.secret, "it has no noise"),
        ("--person", order.person, "it has no noise"),
        (
            "--contributor",
            order.contributor,
            "what a contributor of rows would work out is not attacked yet",
        ),
        ("--sums free", order.sums is Sums.FREE, "what a few have together would be known"),
        (
            "--previous",
            order.previous,
            "what it gives away together with figures that are out is not attacked yet",
        ),
    ):
        if given:
            raise Unusable(f"{option} does not go with --measure: {why}. Leave it out.")


def columns(order: Order) -> Columns:
    """Which column is what."""
    dims = _names(order.dims)
    if not dims:
        raise Unusable("--dims: name the columns to break down by, such as school,race.")
    for names, option in ((dims, "--dims"),):
        if again := sorted({name for name in names if names.count(name) > 1}):
            raise Unusable(f"{option}: {', '.join(again)} is named more than once.")
    printed = {*MEASURED} if order.measure else {*PRINTED, RESULT}
    if taken := sorted(set(dims) & printed):
        raise Unusable(
            f"--dims: {taken[0]} is the name of a column of what is published. Rename it in "
            "the file."
        )
    if order.denominator and not order.count:
        raise Unusable("--denominator needs --count: how many of the group have the outcome.")
    if order.person in dims:
        raise Unusable(f"--dims: {order.person} names single people. Name it with --person only.")
    for name in (order.count, order.denominator, order.measure):
        if name in dims:
            raise Unusable(f"--dims: {name} is the column of numbers. Name it in one place.")
    if order.count and order.count == order.denominator:
        raise Unusable("--count and --denominator name the same column. Name two.")
    return Columns(
        dims, order.count, order.denominator, tuple(_nest(text, dims) for text in order.nests)
    )


def tables(order: Order, dims: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The tables asked for; one of everything where none is named."""
    asked = tuple(names for part in order.tables.split(";") if (names := _names(part)))
    for table in asked:
        if unknown := [name for name in table if name not in dims]:
            raise Unusable(f"--tables: {unknown[0]} is not among --dims, which are {order.dims}.")
        if len(set(table)) < len(table):
            raise Unusable(f"--tables: {','.join(table)} names a dimension twice.")
    return asked or (tuple(dims),)


def handling(order: Order) -> Handling:
    """The strictest of the rules named, with the minimum asked for if that is stricter."""
    for name in order.rules:
        if name not in {**PRESETS, **DOMINANCE}:
            known = ", ".join((*PRESETS, *DOMINANCE))
            raise Unusable(f"--rule: {name} is not known. Known: {known}.")
        if name in DOMINANCE and order.measure is None:
            raise Unusable(f"--rule: {name} is for sums and means. Name the --measure.")
    named = [name for name in dict.fromkeys(order.rules) if name in PRESETS]
    asked = order.minimum
    if asked is not None and asked < LEAST:
        raise Unusable(
            f"--minimum: at least {LEAST}. A smaller one leaves a small number too few values "
            "to hide in."
        )
    if named:
        chosen = strictest(*(PRESETS[name] for name in named))
        chosen = replace(chosen, minimum=max(chosen.minimum, asked or 0))
    else:
        chosen = replace(PLAIN, minimum=asked or PLAIN.minimum)
    return replace(chosen, zeros=order.zeros or chosen.zeros, sums=order.sums or chosen.sums)


def dominance(order: Order) -> Dominance:
    """The strictest of the rules for magnitudes named."""
    named = [DOMINANCE[name] for name in dict.fromkeys(order.rules) if name in DOMINANCE]
    return joined(*(named or [ACRO]))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _nest(text: str, dims: Sequence[str]) -> Nest:
    child, colon, parent = (part.strip() for part in text.partition(":"))
    if not colon or child not in dims or parent not in dims or child == parent:
        raise Unusable(
            f"--nest: {text}: write CHILD:PARENT, both among --dims, such as school:district."
        )
    return Nest(child, parent)
