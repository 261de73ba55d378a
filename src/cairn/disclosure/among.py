"""Protecting a table from its own contributors: each knows its own part of every number.

First the numbers of which few others would be left are withheld, for each contributor in turn,
and more with them until few others have room to move. Then each contributor attacks, and the
attack is believed over the protector.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cairn.disclosure.certificate import Certificate
from cairn.disclosure.complementary import Progress, cover
from cairn.disclosure.lattice import Lattice, build
from cairn.disclosure.others import Contributor
from cairn.disclosure.protect import ProtectionFailedError, protect
from cairn.disclosure.published import Published
from cairn.disclosure.rule import Rule
from cairn.disclosure.side import Side
from cairn.disclosure.subtraction import subtract, told
from cairn.disclosure.table import Key, Request
from cairn.disclosure.ways import Ways
from cairn.disclosure.world import FIXED, unknowns


@dataclass(frozen=True, slots=True)
class Among:
    """A table that its contributors may read.

    Args:
        published: what may leave, with the certificate of the outsider's audit.
        audits: by contributor, the audit of everyone else as that contributor sees them.
        because: cells withheld because a contributor would single out few others, small ones
            among them that had to be withheld anyway.
    """

    published: Published
    audits: Mapping[str, Certificate] = field(default_factory=dict)
    because: frozenset[Key] = frozenset()


def protect_among(
    request: Request,
    rule: Rule,
    contributors: Sequence[Contributor] = (),
    *,
    sealed: Collection[Key] = frozenset(),
    known: Collection[Key] = frozenset(),
    progress: Progress | None = None,
    ways: Ways | None = None,
) -> Among:
    """Protect a request so that nobody who contributed to it can work out few others.

    Args:
        request: as for `protect`.
        rule: what the table must withstand, and for each contributor the table of all others.
        contributors: who knows its own part. One who has everybody learns of nobody else.
        sealed: cells to withhold whatever their number.
        known: cells whose number is public already. What follows from them is not mended here.
        progress: as for `protect`.
        ways: as for `protect`.

    Raises:
        ProtectionFailedError: an audit objects, that of an outsider or of a contributor.
    """
    ways = Ways() if ways is None else ways
    lattice = build(request) if contributors else None
    sides = [
        side
        for side in (Side(request, rule, one, known, lattice) for one in contributors)
        if side.somebody
    ]
    if not sides or lattice is None:
        return Among(
            protect(request, rule, sealed=sealed, known=known, progress=progress, ways=ways)
        )
    held, because = _planned(request, lattice, rule, sides, sealed, known, ways)
    while True:
        published = protect(request, rule, sealed=held, known=known, progress=progress, ways=ways)
        hidden = {cell.key for cell in published.cells if cell.n is None}
        told_ways = ways.told(lattice.keys)
        audits = {side.name: audit(side, published, rule, told_ways) for side in sides}
        more = set[Key]()
        for side in sides:
            more |= _mended(side, audits[side.name], hidden | more, ways)
        if not more:
            break
        because |= more
        held = hidden | more
    said = _explained(published, request, lattice, rule, sealed, because)
    return Among(said, audits, frozenset(because & hidden))


def audit(
    side: Side, published: Published, rule: Rule, ways: Sequence[Mapping[Key, int]]
) -> Certificate:
    """What a contributor works out of all others. It is told where other tables are said to be
    (`ways`), and believes none that it has not checked."""
    return subtract(
        published.dims,
        {cell.key: cell.n for cell in published.cells},
        side.left,
        side.request.tables,
        side.request.nests,
        rule,
        ways=ways,
    )


def _planned(
    request: Request,
    lattice: Lattice,
    rule: Rule,
    sides: Sequence[Side],
    sealed: Collection[Key],
    known: Collection[Key],
    ways: Ways,
) -> tuple[set[Key], set[Key]]:
    """What to withhold, and what of it because of contributors, before anybody attacks."""
    because = set[Key]().union(*(side.few for side in sides))
    world = unknowns(lattice, request.cells.dims, request.nests, rule, {*sealed, *because}, known)
    plan = cover(world, rule, None, ways)
    held = {
        key
        for key, public, at in zip(lattice.keys, lattice.public, world.unknown_of, strict=True)
        if public and at != FIXED and plan[at]
    }
    for side in sides:
        because |= side.room(held | because, ways)
    return held | because, because


def _mended(side: Side, found: Certificate, hidden: Collection[Key], ways: Ways) -> set[Key]:
    """What more to withhold where the attack found something, beside what follows from numbers
    that are public already."""
    if not set(told(found)) - side.known:
        return set()
    # The attack is right: should the protector see nothing to do, all others are withheld.
    more = side.room(hidden, ways) or side.everything - set(hidden)
    if not more:
        raise ProtectionFailedError(found)
    return more


def _explained(
    published: Published,
    request: Request,
    lattice: Lattice,
    rule: Rule,
    sealed: Collection[Key],
    because: Collection[Key],
) -> Published:
    """With the cells that are withheld for the sake of others counted apart."""
    world = unknowns(lattice, request.cells.dims, request.nests, rule, sealed)
    hidden = {cell.key for cell in published.cells if cell.n is None}
    small = {
        key
        for key, at in zip(lattice.keys, world.unknown_of, strict=True)
        if at != FIXED and world.small[at] and key in hidden
    }
    few = (hidden & set(because)) - small
    explanation = replace(
        published.explanation,
        small=len(small),
        few_others=len(few),
        complementary=len(hidden) - len(small) - len(few),
    )
    return replace(published, explanation=explanation)
