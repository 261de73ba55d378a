"""`cairn protect … --measure`: what each person has in, figures that may leave out."""

import csv
import io
import re
from collections.abc import Collection
from fractions import Fraction
from typing import Final

from cairn.cli import cell_files, published_files
from cairn.cli.cell_files import Columns
from cairn.cli.linking_files import target
from cairn.cli.protect_order import Order, columns, dominance, handling, tables
from cairn.cli.voice import Unusable, Voice
from cairn.disclosure.handling import Handling, Shows
from cairn.disclosure.magnitudes.dominance import Dominance
from cairn.disclosure.magnitudes.measure import Measured, measured
from cairn.disclosure.magnitudes.protect import Figures, Why, figures
from cairn.disclosure.magnitudes.protect import Order as Asked
from cairn.disclosure.magnitudes.rounding import plain
from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.disclosure.rates import Printed
from cairn.disclosure.rule import Sums
from cairn.disclosure.table import Key
from cairn.warehouse.read import ROW

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_MISSING: Final = frozenset({"", "na", "n/a", "null"})

WORDS: Final = {
    Why.FEW: "Fewer than {minimum} people.",
    Why.END: "So near to the least or the most that it would tell about each of them.",
    Why.HEAVY: "One or two people have so much of it that it would tell of one of them.",
    Why.COVERS: "Not unsafe itself: another figure could be worked out from it.",
    Why.UNSTEADY: "One person alone could change the median, however it is rounded.",
}
"""A sentence for each reason, for the analyst alone."""


def run(voice: Voice, order: Order) -> None:
    """Reads, protects, attacks and writes. Raises `Unusable` for what must be mended first."""
    which, rule, closest = columns(order), handling(order), dominance(order)
    statistic = order.statistic or Statistic.MEAN
    if order.out is None:
        raise Unusable("--out: say where to write what may leave.")
    out = target(order.out, [order.cells], "published.csv")
    if order.audit and target(order.audit, [order.cells], "audit.json").resolve() == out.resolve():
        raise Unusable("--audit and --out name the same file. Name two.")
    with voice.progress() as progress:
        progress.step("read")
        people, skipped = _measured(order, which)
        progress.step("protect, and attack what is protected")
        found = figures(
            Asked(
                measured=people,
                dims=which.dims,
                tables=tables(order, which.dims),
                statistic=statistic,
                rule=rule.rule,
                dominance=closest,
                nests=which.nests,
                group=rule.least_group,
            )
        )
    if not any(one.told for one in found.figures):
        raise Unusable(
            f"{order.cells.name}: every figure would have to be withheld, so that nothing is left "
            "to publish. Merge categories, or name fewer dimensions."
        )
    if order.audit:
        published_files.write(order.audit, _audit(which, rule, closest, statistic, found))
    published_files.write(out, _text(which.dims, found, sizes=rule.shows is not Shows.PERCENTAGES))
    withheld = sum(one.told is None and one.n != 0 for one in found.figures)
    voice.facts.update(
        written=str(out),
        rule=rule.name,
        dominance=closest.name,
        minimum=rule.minimum,
        statistic=statistic.value,
        people=sum(len(values) for values in people.people.values()),
        without_a_value=skipped,
        cells=len(found.figures),
        withheld=withheld,
        asked=found.audit.asked if found.audit else None,
    )
    proven = (
        f"Of everybody {closest.percent} percent more stays possible, for whoever is counted too"
        if found.audit
        else "None of the medians would be another if any one person had something else"
    )
    voice.plain(
        f"{withheld:,} of {len(found.figures):,} figures are withheld. {proven}. Written: {out}"
    )
    if skipped:
        voice.plain(f"{skipped:,} rows have no {order.measure} and are counted in no n.")
    for one in (rule, closest):
        if not one.verified:
            voice.plain(f"! {one.name}: {one.note}")


def _measured(order: Order, which: Columns) -> tuple[Measured, int]:
    """What each person has, and how many rows say nothing."""
    name = order.measure or ""
    said = cell_files.read_cells(order.cells, which)
    sheet = cell_files.read_sheet(order.cells, (*which.dims, name))
    table = [sheet.table.column(column).to_pylist() for column in (ROW, name, *which.dims)]
    people: dict[Key, list[Fraction]] = {key: [] for key in said.finest}
    skipped = 0
    floor, ceiling = _between(order)
    for row, text, *values in zip(*table, strict=True):
        value = _value(order, row, text)
        if value is None:
            skipped += 1
            continue
        if value < floor or (ceiling is not None and value > ceiling):
            raise Unusable(
                f"{order.cells.name}, row {row}, column {name}: outside of what anyone can have. "
                "Correct it, or say with --between LEAST:MOST what the limits are."
            )
        people[tuple((one or "").strip() for one in values)].append(value)
    if skipped == said.rows:
        raise Unusable(f"{order.cells.name}: no row has a value in the column {name}.")
    return measured(people, floor, ceiling), skipped


def _value(order: Order, row: int, text: str | None) -> Fraction | None:
    said = (text or "").strip()
    if said.casefold() in _MISSING:
        return None
    if _THOUSANDS.fullmatch(said):
        said = said.replace(",", "")
    if not _NUMBER.fullmatch(said):
        raise Unusable(
            f"{order.cells.name}, row {row}, column {order.measure}: not a number. Write digits, "
            "or leave it empty where nothing is known."
        )
    return Fraction(said)


def _between(order: Order) -> tuple[Fraction, Fraction | None]:
    """The least and the most that anyone can have; from 0 up where nothing is said."""
    if order.between is None:
        return Fraction(0), None
    low, colon, high = (part.strip() for part in order.between.partition(":"))
    if not colon or not all(_NUMBER.fullmatch(part) for part in (low, high or "0")):
        raise Unusable("--between: write LEAST:MOST, such as 0:180; or 0: where nothing is most.")
    floor, ceiling = Fraction(low), Fraction(high) if high else None
    if ceiling is not None and ceiling <= floor:
        raise Unusable("--between: the least that anyone can have must be below the most.")
    return floor, ceiling


def _text(dims: Collection[str], found: Figures, *, sizes: bool) -> str:
    """The published file. ``sizes``: whether the rule lets groups' sizes be shown."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow([*dims, "n", "value", "rounded_to", "status"])
    for one in found.figures:
        told = one.told
        shown = [plain(told.value, told.unit), plain(told.unit, told.unit)] if told else ["", ""]
        status = Printed.PUBLISHED if told or one.n == 0 else Printed.WITHHELD
        n = one.n if sizes or one.n == 0 else None
        writer.writerow([*one.key, "" if n is None else n, *shown, status.value])
    return sink.getvalue()


def _audit(
    which: Columns, rule: Handling, closest: Dominance, statistic: Statistic, found: Figures
) -> str:
    """For the analyst alone: why each figure is withheld, and what was asked of the attacker."""
    certificate, reasons = found.counts.certificate, [*found.why.values()]
    return published_files.document(
        {
            "note": "Not for the public: it tells figures that are unsafe from those that cover "
            "them.",
            "statistic": statistic.value,
            "rule": {
                "name": rule.name,
                "citation": rule.citation,
                "verified": rule.verified,
                "minimum": rule.minimum,
                "minimum_group": rule.least_group,
                "zeros": certificate.rule.zeros.value,
                "sums": Sums.PROTECTED.value,
            },
            "dominance": {
                "name": closest.name,
                "citation": closest.citation,
                "verified": closest.verified,
                "percent": closest.percent,
                "largest": closest.largest,
                "share": closest.share,
            },
            "counts": {"safe": certificate.safe, "digest": certificate.digest},
            "sums": _asked(found),
            "reasons": {why.value: n for why in Why if (n := reasons.count(why))},
            "withheld": [
                {
                    **dict(zip(which.dims, key, strict=True)),
                    "why": why.value,
                    "words": WORDS[why].format(minimum=rule.least_group),
                }
                for key, why in found.why.items()
            ],
        }
    )


def _asked(found: Figures) -> dict[str, object] | None:
    audit = found.audit
    if audit is None:
        return None
    return {"safe": audit.safe, "asked": audit.asked, "programs": audit.programs}
