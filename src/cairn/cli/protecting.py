"""What `cairn protect` does: read, protect, attack, and only then write."""

from collections.abc import Collection
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Final

from cairn.cli import cell_files, comparing, contributing, measuring, published_files
from cairn.cli import protect_ways as ways
from cairn.cli.cell_files import Columns, Given
from cairn.cli.linking_files import target
from cairn.cli.method import Method
from cairn.cli.protect_order import (
    MOVED,
    Order,
    check_measure,
    check_method,
    columns,
    handling,
    tables,
)
from cairn.cli.voice import Unusable, Voice
from cairn.disclosure import earlier, given, reasons
from cairn.disclosure.alternatives.perturbed import Perturbed
from cairn.disclosure.handling import Handling
from cairn.disclosure.history import Beside, ConflictError
from cairn.disclosure.lattice import build
from cairn.disclosure.others import Contributor
from cairn.disclosure.rates import rows
from cairn.disclosure.table import ALL, RESULT, RESULTS, Cells, Key, Request

MOST_CELLS: Final = 300_000
"""Cells of all margins that are protected at once."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The true or completed cells, and which came withheld."""

    request: Request
    source: frozenset[Key]


def run(voice: Voice, order: Order) -> None:
    """Reads, protects, attacks and writes. Raises `Unusable` for what must be mended first."""
    if order.measure:
        check_measure(order)
        measuring.run(voice, order)
        return
    check_method(order)
    which, rule = columns(order), handling(order)
    asked = tables(order, which.dims)
    _check_targets(order)
    if order.writes and not (leave := ways.leave(order.writes, order.rules)).allowed:
        voice.facts["written"] = None
        voice.refusal(leave)
        return
    with voice.progress() as progress:
        progress.step("read")
        said = cell_files.read_cells(order.cells, which)
        told = _told(order, which, said, asked)
        rates = which.denominator is not None
        past = [
            earlier.Earlier(found.name, found.counts, found.recoded)
            for found in (
                published_files.read(path, which.dims, rates=rates) for path in order.previous
            )
        ]
        table = ways.Table(
            told.request,
            rule,
            told.source,
            ways.record_keys(order, which, told.request.cells) if order.secret else None,
            order.base or ways.BASE,
            _contributors(order, which, told),
        )
        progress.step("protect, and attack what is protected")
        moved = ways.moved(table, order.writes) if order.writes in MOVED else None
        try:
            made = ways.withheld(table, past) if order.compare or not moved else None
        except ConflictError as conflict:
            voice.found()
            voice.facts.update(written=None, conflict=str(conflict), releases=conflict.releases)
            voice.aside(f"Nothing was written. {conflict}")
            return
        if order.compare and made:
            progress.step("compare it with what else could be done")
            comparing.show(voice, table, made, order.rules)
    if moved and order.out:
        _write_moved(voice, order, order.out, which, table, moved)
    elif made and order.out:
        _write(voice, order, order.out, which, rule, told, made)


def _check_targets(order: Order) -> None:
    inputs = [order.cells, *order.previous, *([order.secret] if order.secret else [])]
    if order.writes is None:
        return
    out = target(order.out, inputs, "published.csv")
    if order.audit:
        target(order.audit, inputs, "audit.json")
        if order.audit.resolve() == out.resolve():
            raise Unusable("--audit and --out name the same file. Name two.")


def _told(order: Order, which: Columns, said: Given, asked: tuple[tuple[str, ...], ...]) -> _Told:
    """The request, with a number for whatever the source withheld."""
    keys = {*said.finest, *said.totals, *said.unsaid}
    _check_size(order, which, keys, asked)
    if said.finest and not said.unsaid:
        cells = Cells(which.keyed, said.finest)
        cell_files.check_totals(order.cells, said, lambda: reasons.counted(cells, set(said.totals)))
        return _Told(Request(cells, asked, which.nests), frozenset())
    known = {**said.finest, **{key: n for key, (n, _) in said.totals.items()}}
    if not said.totals:
        raise Unusable(
            f"{order.cells.name}: some numbers are blank, and no totals stand beside them. Give "
            f'the totals too (with "{ALL}" where a column is summed over), or the numbers.'
        )
    try:
        found = given.complete(which.keyed, known, said.unsaid, which.nests)
    except given.ContradictionError as problem:
        raise Unusable(
            f"{order.cells.name}: the totals contradict the numbers below them. Look for a total "
            "smaller than its parts, or larger than all of them together."
        ) from problem
    except given.TooManyError as problem:
        raise Unusable(
            f"{order.cells.name}: too many cells for a table with blank numbers. Name fewer "
            "dimensions, or give every number."
        ) from problem
    request = Request(Cells(which.keyed, found), asked, which.nests)
    source = _never_said(request, known)
    if any(
        n == 0 and (RESULT not in which.keyed or key[-1] == ALL)
        for key, n in reasons.counted(request.cells, source).items()
    ):
        raise Unusable(
            f"{order.cells.name}: the tables asked for have cells of which the file says nothing, "
            "some of them perhaps empty. Name only tables that it gives (--tables), or list every "
            "group, blank where it is withheld."
        )
    return _Told(request, source)


def _contributors(order: Order, which: Columns, told: _Told) -> tuple[Contributor, ...]:
    if order.contributor is None:
        return ()
    if told.source:
        raise Unusable(
            f"{order.cells.name}: some numbers are blank, so that nobody's own part of them is "
            "known. Give every number, or leave --contributor away."
        )
    return contributing.contributors(order.cells, order.contributor, which, told.request.cells)


def _never_said(request: Request, known: Collection[Key]) -> frozenset[Key]:
    """Cells that the file neither says nor adds up to: their numbers are made up here."""
    lattice = build(request)
    sure = {number for number, key in enumerate(lattice.keys) if key in known}
    before = -1
    while before != (before := len(sure)):
        for equation in lattice.sums:
            if sure.issuperset(equation.parts):
                sure.add(equation.total)
    return frozenset(
        key
        for number, key in enumerate(lattice.keys)
        if lattice.public[number] and number not in sure
    )


def _check_size(
    order: Order, which: Columns, keys: Collection[Key], asked: tuple[tuple[str, ...], ...]
) -> None:
    parents = {nest.child: nest.parent for nest in which.nests}
    values = {dim: len({key[at] for key in keys}) for at, dim in enumerate(which.keyed)}
    size = sum(
        prod(values[dim] + 1 for dim in table if dim not in {parents.get(d) for d in table})
        for table in asked
    ) * (len(RESULTS) + 1 if which.denominator else 1)
    if size > MOST_CELLS:
        raise Unusable(
            f"{order.cells.name}: the tables have about {size:,} cells; {MOST_CELLS:,} are "
            "protected at once. Name fewer dimensions (--tables), or merge categories: cells that "
            "fine are nearly all small."
        )


def _write(
    voice: Voice,
    order: Order,
    out: Path,
    which: Columns,
    rule: Handling,
    told: _Told,
    made: Beside,
) -> None:
    published = made.published
    shown = sum(n is not None for n in (cell.n for cell in published.cells))
    if not shown and made.few_others:
        voice.found()
        voice.facts.update(written=None, few_others=len(made.few_others))
        voice.aside(
            "Nothing was written. From any number, an organization that knows its own could work "
            "out few others. Merge categories, or ask the organizations with few people whether "
            "their part may be left out."
        )
        return
    if not shown:
        raise Unusable(
            f"{order.cells.name}: every cell would have to be withheld, so that nothing is left "
            "to publish. Merge categories, or name fewer dimensions."
        )
    said = reasons.why(
        published,
        told.request.cells,
        rule,
        source=told.source,
        earlier=made.because,
        others=made.few_others,
    )
    rates = which.denominator is not None
    ranged = order.writes is Method.RANGES
    spans = ways.spans(told.request, rule, published) if ranged else {}
    printed = rows(published, rule, spans)
    text = published_files.text(which.dims, printed, rates=rates, ranges=ranged)
    if order.audit:
        published_files.write(order.audit, _audit(which, rule, told, made, said))
    published_files.write(out, text)
    voice.facts.update(
        written=str(out),
        rule=rule.name,
        minimum=rule.minimum,
        zeros=rule.zeros.value,
        sums=rule.sums.value,
        cells=len(published.cells),
        withheld=published.withheld,
        narrowest=published.certificate.narrowest,
        previous={name: relation.value for name, relation in made.relations.items()},
        contributors=len(made.contributors),
    )
    voice.plain(
        f"{published.withheld:,} of {len(published.cells):,} cells are withheld. The attacker "
        f"was left with at least {published.certificate.narrowest or 'any number of'} values for "
        f"each. Written: {out}"
    )
    if not rule.verified:
        voice.plain(f"! {rule.name}: {rule.note}")


def _write_moved(
    voice: Voice, order: Order, out: Path, which: Columns, table: ways.Table, made: Perturbed
) -> None:
    """Every number moved, each with the range that it stands for."""
    spans = {key: made.span(key) for key in made.cells}
    printed = rows(made.published, table.rule, spans)
    rates = which.denominator is not None
    certificate = made.certificate
    said = {
        "method": order.writes,
        "base": table.base if order.writes is Method.ROUND else None,
        "moved_at_most": made.reach,
        "cells": len(made.cells),
        "narrowest": certificate.narrowest,
    }
    if order.audit:
        audit = {"safe": certificate.safe, "digest": certificate.digest, **said}
        published_files.write(order.audit, published_files.document(audit))
    published_files.write(out, published_files.text(which.dims, printed, rates=rates, ranges=True))
    voice.facts.update(written=str(out), rule=table.rule.name, **said)
    voice.plain(
        f"All of {len(made.cells):,} numbers may be moved, by {made.reach} at most. The attacker "
        f"was left with at least {certificate.narrowest or 'any number of'} values for each. "
        f"Written: {out}"
    )


def _audit(
    which: Columns,
    rule: Handling,
    told: _Told,
    made: Beside,
    said: dict[Key, reasons.Why],
) -> str:
    """For the analyst alone: why each cell is withheld and what an attacker is left with."""
    certificate = made.published.certificate
    left = {found.key: found for found in certificate.ranges}
    counts = dict.fromkeys(reasons.Why, 0)
    for reason in said.values():
        counts[reason] += 1
    cells = [
        {
            **dict(zip(which.keyed, key, strict=True)),
            "why": reason.value,
            "words": reasons.WORDS[reason].format(
                minimum=rule.minimum, group=rule.least_group, release=made.because.get(key, "")
            ),
            "seen_from": left[key].low,
            "seen_to": left[key].high,
            "values_seen": left[key].values,
            "values_required": left[key].required,
            "values_left_to_a_participant": left[key].left,
        }
        for key, reason in said.items()
    ]
    return published_files.document(
        {
            "note": "Not for the public: it tells small cells from those that cover them.",
            "rule": {
                "name": rule.name,
                "citation": rule.citation,
                "verified": rule.verified,
                "minimum": rule.minimum,
                "minimum_group": rule.least_group,
                "zeros": certificate.rule.zeros.value,
                "sums": certificate.rule.sums.value,
            },
            "safe": certificate.safe,
            "digest": certificate.digest,
            "digest_together": made.together.digest if made.together else None,
            "programs": certificate.programs,
            "narrowest": certificate.narrowest,
            "participants": certificate.participants,
            "reasons": {reason.value: n for reason, n in counts.items() if n},
            "previous": {name: relation.value for name, relation in made.relations.items()},
            "completed": bool(told.source),
            "contributors": _by_contributor(which, made),
            "outcome": RESULT if which.denominator else None,
            "withheld": cells,
        }
    )


def _by_contributor(which: Columns, made: Beside) -> list[dict[str, object]]:
    """What each contributor is left with of all others, once it has taken away its own part."""
    return [
        {
            "contributor": name,
            "digest": found.digest,
            "programs": found.programs,
            "withheld": [
                {
                    **dict(zip(which.keyed, one.key, strict=True)),
                    "others_seen_from": one.low,
                    "others_seen_to": one.high,
                    "values_seen": one.values,
                }
                for one in found.ranges
            ],
        }
        for name, found in made.contributors.items()
    ]
