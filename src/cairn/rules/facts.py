"""The world as one decision sees it: everything that is on record on a day, and nothing else.

What is missing is unknown, and unknown denies.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.chain import circle, references
from cairn.rules.circumstance import (
    Determination,
    Emergency,
    Notice,
    Order,
    PersonsAnswer,
    RecordCode,
    Transfer,
)
from cairn.rules.dictionary import DataDictionary
from cairn.rules.disclosed import OnwardFact
from cairn.rules.organization import OrganizationFact
from cairn.rules.people import PersonFact
from cairn.rules.plain import Problem, backwards
from cairn.rules.policy import CONSERVATIVE, Policy
from cairn.rules.project import ProjectFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is on record. ``disclosed`` are the onward recipients that owners have listed;
    ``releases`` the earlier releases of data that overlap, ``None`` where nobody looked;
    ``reported_on`` the day a release was reported to the state, where a state asks for that."""

    agreements: tuple[Agreement, ...] = ()
    dictionaries: tuple[DataDictionary, ...] = ()
    projects: tuple[ProjectFact, ...] = ()
    people: tuple[PersonFact, ...] = ()
    actors: tuple[Actor, ...] = ()
    organizations: tuple[OrganizationFact, ...] = ()
    disclosed: tuple[OnwardFact, ...] = ()
    notices: tuple[Notice, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    orders: tuple[Order, ...] = ()
    determinations: tuple[Determination, ...] = ()
    codes: tuple[RecordCode, ...] = ()
    releases: frozenset[str] | None = None
    reported_on: date | None = None
    answers: tuple[PersonsAnswer, ...] = ()
    policy: Policy = CONSERVATIVE

    def actor(self, one: str) -> Actor:
        """The person with this id; the public where there is none, or more than one."""
        found = [a for a in self.actors if a.id == one]
        return found[0] if len(found) == 1 else Actor.public()

    def organization(self, slug: str) -> OrganizationFact | None:
        """What is on record about an organization."""
        found = [o for o in self.organizations if o.slug == slug]
        return found[0] if len(found) == 1 else None

    def project(self, reference: str) -> ProjectFact | None:
        """The project with this reference."""
        found = [p for p in self.projects if p.reference == reference]
        return found[0] if len(found) == 1 else None


def by_id(people: Iterable[PersonFact]) -> Mapping[str, PersonFact]:
    """The children by id, without those of whom two different things are said."""
    found: dict[str, PersonFact] = {}
    twice: set[str] = set()
    for person in people:
        if person.id in found:
            twice.add(person.id)
        found[person.id] = person
    for one in twice:
        del found[one]
    return found


def contradictions(facts: Facts) -> Iterator[Problem]:
    """What no single field shows: an end before its start, a party that is not registered, an
    agreement that rests on itself or on one that is not here, one name for two things."""
    yield from backwards(facts)
    registered = {o.slug for o in facts.organizations}
    known = {a.reference: a for a in facts.agreements}
    for n, agreement in enumerate(facts.agreements):
        where = f"agreements[{n}]"
        for i, party in enumerate(agreement.parties):
            if party.organization not in registered:
                said = f"'{party.organization}' is not registered. Add it to organizations."
                yield Problem(f"{where}.parties[{i}].organization", said)
        for program in sorted(agreement.children.programs if agreement.children else ()):
            if program not in registered:
                said = f"'{program}' is not registered. Add it to organizations."
                yield Problem(f"{where}.children.programs", said)
        for other in references(agreement):
            if other not in known:
                yield Problem(where, f"rests on '{other}', which is not among the agreements.")
        if way := circle(agreement, known):
            yield Problem(where, f"rests on itself: {' → '.join(way)}. Take one reference out.")
    yield from _twice("agreements", [a.reference for a in facts.agreements])
    yield from _twice("organizations", [o.slug for o in facts.organizations])
    yield from _twice("projects", [p.reference for p in facts.projects])
    yield from _twice("actors", [a.id for a in facts.actors])
    yield from _twice("people", [p.id for p in facts.people], say=False)


def _twice(what: str, names: list[str], *, say: bool = True) -> Iterator[Problem]:
    """A name that stands for two things; a child's id is not said aloud."""
    seen: set[str] = set()
    for n, name in enumerate(names):
        if name in seen:
            told = f"'{name}'" if say else "this id"
            yield Problem(f"{what}[{n}]", f"{told} is there already. Keep one of them.")
        seen.add(name)
