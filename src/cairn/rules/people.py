"""What the law needs to know about one child, and what of it matters on a day.

Two children of one `Shape` are the same case, so the law looks at each shape once: a hundred
thousand children are a few dozen cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from cairn.rules.consent import OptOutFact, WrittenConsent
from cairn.rules.population import Enrollments, Place
from cairn.rules.rights import Lack, lacking, subject
from cairn.rules.vocabulary import LegalBasis, OptOutScope, OrganizationKind, Purpose

Occasion = tuple[LegalBasis, str]
"""A basis for one occasion, and the organization whose records it opens."""


@dataclass(frozen=True, slots=True)
class PersonFact:
    """What the law needs to know about one child on a date. It holds no name.

    ``organizations`` are those with a live link: the school that enrolls, the program that
    serves and whose list the school has confirmed; those in ``claimed`` say so themselves, and
    nobody has confirmed it. ``opt_outs`` and ``postsecondary`` are ``None`` where nobody looked,
    which denies; an unknown birth date has to be asked for. ``parents_conflict``: two parents
    disagree. ``court_order``: one is on record that limits a parent. ``placement`` is the
    child-welfare agency that is legally responsible. ``hold`` says why nothing may be shared.
    ``nations`` are the tribal nations whose approval the child's data need; ``withheld`` the
    elements that the school keeps back for this child, for whatever reason. Both are ``None``
    where nobody has said, which denies; nobody's and nothing are answers too. ``enrollments`` are
    the schools, grades and programs of the child, ``None`` where nobody looked.
    """

    id: str
    birth_date: date | None = None
    postsecondary: bool | None = None
    organizations: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    consents: tuple[WrittenConsent, ...] = ()
    opt_outs: tuple[OptOutFact, ...] | None = None
    parents_conflict: bool = False
    court_order: bool = False
    placement: str = ""
    hold: str = ""
    nations: frozenset[str] | None = None
    withheld: frozenset[str] | None = None
    enrollments: Enrollments | None = None


ConsentCase = tuple[
    tuple[Lack, ...],
    frozenset[str],
    frozenset[Purpose],
    frozenset[str],
    frozenset[OrganizationKind],
    bool,
]
"""One consent as it counts on a day: what it lacks, its records, purposes, parties, classes, and
whether it says that it may be taken back."""


Places = frozenset[tuple[str, Place]]
"""Agreements with a population filter, and where a child stands under each."""

NOWHERE: Final[Places] = frozenset()


class Shape(NamedTuple):
    """What matters of a child on a day, and nothing that tells one child from another.

    ``opened`` are the questions of an emergency or an order that a person has answered for the
    child: card and occasion. ``places`` says under which agreement (by reference) the child is one
    of those whom it is about.
    """

    organizations: frozenset[str]
    opted_out: frozenset[OptOutScope] | None
    consents: tuple[ConsentCase, ...]
    conflict: bool
    order: bool
    hold: bool
    placement: str
    nations: frozenset[str] | None
    withheld: frozenset[str] | None
    occasions: frozenset[Occasion]
    claimed: frozenset[str]
    opened: frozenset[tuple[str, str]] = frozenset()
    places: Places = NOWHERE


_NO_OPT_OUT: Final[frozenset[OptOutScope]] = frozenset()


def shape(person: PersonFact, on: date, *, passes: bool, occasions: frozenset[Occasion]) -> Shape:
    """The case of one child on a day. ``passes`` as in `rights.lacking`."""
    return Shape(
        person.organizations,
        _scopes(person.opt_outs),
        _consents(person, on, passes=passes) if person.consents else (),
        person.parents_conflict,
        person.court_order,
        bool(person.hold),
        person.placement,
        person.nations,
        person.withheld,
        occasions,
        person.claimed,
    )


def _scopes(opted_out: tuple[OptOutFact, ...] | None) -> frozenset[OptOutScope] | None:
    if opted_out:
        return frozenset(o.scope for o in opted_out)
    return None if opted_out is None else _NO_OPT_OUT


def _consents(person: PersonFact, on: date, *, passes: bool) -> tuple[ConsentCase, ...]:
    of = subject(person.birth_date, on, person.postsecondary)
    found: list[ConsentCase] = []
    for consent in person.consents:
        replaced = bool(consent.superseded_by) and _replaced(consent, person.consents, on)
        lacks = lacking(consent, of, on, passes=passes, replaced=replaced)
        terms = (consent.records, consent.purposes, consent.parties, consent.classes)
        found.append((lacks, *terms, consent.says_revocable))
    return tuple(found)


def _replaced(consent: WrittenConsent, others: Iterable[WrittenConsent], on: date) -> bool:
    """Whether the one that took its place had been signed by then; one not on record had."""
    later = [o.signed_on for o in others if o.id == consent.superseded_by]
    return not later or any(signed is None or signed <= on for signed in later)
