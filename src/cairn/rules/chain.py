"""Agreements that rest on agreements: a license under a memorandum, an amendment, a joinder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from cairn.rules.agreement import Agreement, Party
from cairn.rules.signature import signs


def references(agreement: Agreement) -> tuple[str, ...]:
    """Every other agreement that this one rests on, in the order of its text."""
    named = (*agreement.under, agreement.amends, agreement.joins)
    return tuple(dict.fromkeys(reference for reference in named if reference))


def resolved(
    agreement: Agreement, among: Mapping[str, Agreement], _below: tuple[str, ...] = ()
) -> Agreement:
    """The agreement with those that it rests on put in, all the way up.

    ``among`` maps references to agreements. One that is missing there stays out, and so does one
    that would close a circle: either way the agreement will not be in force.
    """
    path = (*_below, agreement.reference)
    found = (among[name] for name in references(agreement) if name in among and name not in path)
    return replace(agreement, above=tuple(resolved(other, among, path) for other in found))


def circle(agreement: Agreement, among: Mapping[str, Agreement]) -> tuple[str, ...]:
    """The references by which an agreement comes to rest on itself; empty when it does not."""
    return next(_circles(agreement, among, ()), ())


def _circles(
    agreement: Agreement, among: Mapping[str, Agreement], below: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    path = (*below, agreement.reference)
    for name in references(agreement):
        if name in path:
            yield (*path[path.index(name) :], name)
        elif name in among:
            yield from _circles(among[name], among, path)


def joined(base: Agreement, joinders: Iterable[Agreement], on: date) -> Agreement:
    """An agreement with the parties that have joined it by a date, each by its own signature.

    Those who signed before sign nothing again; a joinder that nobody has signed yet adds nobody.
    """
    mine = (j for j in joinders if j.joins == base.reference and j.starts <= on)
    joining = (p for j in mine for p in j.parties if signs(p, j.text_digest, on))
    here = {(p.organization, p.role) for p in base.parties}
    new = {(p.organization, p.role): p for p in joining}
    added = (_under(base, p) for key, p in new.items() if key not in here)
    return replace(base, parties=(*base.parties, *added))


def _under(base: Agreement, party: Party) -> Party:
    # Who signs a joinder signs the text that it joins.
    return replace(party, signed_digest=base.text_digest)
