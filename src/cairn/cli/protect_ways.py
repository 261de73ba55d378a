"""The ways in which `cairn protect` can protect a table: which are allowed, and what each makes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cairn.cli.cell_files import Columns, read_sheet
from cairn.cli.method import Method
from cairn.cli.protect_order import Order
from cairn.cli.voice import Unusable
from cairn.disclosure import reasons
from cairn.disclosure.alternatives import cell_key
from cairn.disclosure.alternatives.perturbed import Perturbed, Span
from cairn.disclosure.alternatives.ranges import audit, ranges
from cairn.disclosure.alternatives.rounding import rounded
from cairn.disclosure.earlier import Earlier
from cairn.disclosure.handling import Handling, Shows
from cairn.disclosure.history import Beside, protect_beside
from cairn.disclosure.lattice import build
from cairn.disclosure.others import Contributor
from cairn.disclosure.presets import PRESETS
from cairn.disclosure.protect import ProtectionFailedError
from cairn.disclosure.published import Published
from cairn.disclosure.table import Cells, Key, Request
from cairn.rules.decision import Decision
from cairn.rules.withholding import Demand, InPlace, may_stand_in_place
from cairn.warehouse.read import ROW

BASE: Final = 5
"""What numbers are rounded to where nothing is said."""

_IN_PLACE: Final = {
    Method.SUPPRESS: InPlace.NOTHING,
    Method.RANGES: InPlace.RANGE,
    Method.ROUND: InPlace.ANOTHER_NUMBER,
    Method.CELL_KEY: InPlace.ANOTHER_NUMBER,
}


@dataclass(frozen=True, slots=True)
class Table:
    """What is to be protected.

    Args:
        request: the true or completed cells, and the tables asked for.
        rule: how they are handled.
        source: cells that came withheld, with numbers made up for them.
        keys: for each finest cell, the sum of its records' keys; None without a secret.
        base: what numbers would be rounded to.
        contributors: who knows its own part of every number.
    """

    request: Request
    rule: Handling
    source: frozenset[Key]
    keys: Mapping[Key, int] | None
    base: int
    contributors: tuple[Contributor, ...] = ()


def leave(method: Method, rules: Iterable[str]) -> Decision:
    """Whether the rules named let a method put what it puts in the place of small numbers."""
    demands = [
        Demand(one.name, one.citation, one.minimum, percentages=one.shows is not Shows.COUNTS)
        for one in (PRESETS[name] for name in dict.fromkeys(rules))
    ]
    return may_stand_in_place(_IN_PLACE[method], demands, datetime.now().astimezone().date())


def withheld(table: Table, past: Sequence[Earlier] = ()) -> Beside:
    """Small numbers withheld, and what gives them away, beside what is out already."""
    small = _small_groups(table.request, table.rule)
    return protect_beside(
        table.request,
        table.rule.rule,
        past,
        table.contributors,
        sealed={*table.source, *small},
    )


def spans(request: Request, rule: Handling, published: Published) -> dict[Key, Span]:
    """Ranges for the blanks, attacked by somebody who reads them too."""
    counts = {cell.key: cell.n for cell in published.cells}
    found = ranges(published.dims, counts, request.tables, request.nests, rule.rule)
    certificate = audit(request, rule.rule, counts, found)
    if not certificate.safe:
        raise ProtectionFailedError(certificate)
    return found


def moved(table: Table, method: Method) -> Perturbed:
    """Every number moved: rounded, or with the noise of the people it counts."""
    if table.source:
        raise Unusable(
            f"--method {method.value} needs every number, and some are blank in the file: what "
            "its source withheld cannot be moved. Withhold instead."
        )
    if method is Method.ROUND:
        return rounded(table.request, table.rule.rule, table.base)
    return cell_key.perturbed(table.request, table.rule.rule, table.keys or {})


def record_keys(order: Order, which: Columns, cells: Cells) -> dict[Key, int]:
    """For each finest cell, the sum of the keys of its records; drawn from what is counted where
    the file does not say who each of them is."""
    secret = _secret(order)
    if order.person is None:
        return cell_key.keys_of_counts(cells, secret)
    sheet = read_sheet(order.cells, (*which.dims, order.person))
    columns = [sheet.table.column(name).to_pylist() for name in (*which.dims, order.person)]
    keys: dict[Key, int] = {}
    for row, *values in zip(sheet.table.column(ROW).to_pylist(), *columns, strict=True):
        *key, record = ((value or "").strip() for value in values)
        if not record:
            raise Unusable(f"{order.cells.name}, row {row}, column {order.person}: empty.")
        keys[tuple(key)] = keys.get(tuple(key), 0) + cell_key.record_key(secret, record)
    return keys


def _secret(order: Order) -> bytes:
    try:
        secret = order.secret.read_bytes() if order.secret else b""
    except OSError as problem:
        raise Unusable(f"--secret: {order.secret} cannot be read.") from problem
    if len(secret) < cell_key.LEAST_SECRET:
        raise Unusable(
            f"--secret: {order.secret} has {len(secret)} bytes, and {cell_key.LEAST_SECRET} are "
            "needed: what can be guessed hides nothing."
        )
    return secret


def _small_groups(request: Request, rule: Handling) -> set[Key]:
    """What belongs to groups too small for the rule, although not small for the protector."""
    if rule.group <= rule.minimum:
        return set()
    lattice = build(request)
    public = {key for key, shown in zip(lattice.keys, lattice.public, strict=True) if shown}
    return reasons.small_groups(request.cells, public, rule.group)
