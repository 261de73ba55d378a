"""One extract on a day, as the rules see it: what was read of its free text, when it must go."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.project import ProjectFact
from cairn.rules.retention import destroy_by
from cairn.rules.review import ReviewFact
from cairn.rules.vocabulary import ExtractState, PartyRole, SpecialClass

LEAST: Final = 5
"""However small an agreement's minimum cell: each child is one of at least so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFact:
    """What people wrote in one element of an extract, and how far a person has read it.

    ``texts`` counts the different texts, ``read`` those of which a person has said whether they
    stay, ``withheld`` those that do not; ``readers`` are actor ids, ``on`` the last day of reading.
    ``left`` counts what the aid still sees in texts that stay. ``decided`` names all that was
    decided, ``prepared`` what had been when the extract was prepared with it (empty: the element is
    not in it). ``classes`` are the special classes of the element.
    """

    element: str
    texts: int
    read: int = 0
    withheld: int = 0
    readers: frozenset[str] = frozenset()
    on: date | None = None
    left: int = 0
    decided: str = ""
    prepared: str = ""
    classes: frozenset[SpecialClass] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractFact:
    """One extract on a day.

    ``requester`` and ``recipient`` are actor ids; ``organization`` is where the recipient works.
    ``alike`` is the size of the smallest group of children who are alike (``None``: it is not
    prepared). ``people`` is the digest of who may be in it, as prepared, and ``people_now`` as it
    would be today. ``beside`` are the earlier extracts that it was prepared together with,
    ``received`` those that the project has received by now. ``texts``: its free text, read or not.
    """

    id: str
    state: ExtractState
    requester: str
    recipient: str
    organization: str
    project: ProjectFact
    agreements: tuple[Agreement, ...]
    elements: frozenset[str]
    reviews: tuple[ReviewFact, ...] = ()
    alike: int | None = None
    people: str = ""
    people_now: str = ""
    beside: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()
    link_until: date | None = None
    fetched_on: date | None = None
    accepted: bool = False
    file: str = ""
    texts: tuple[TextFact, ...] = ()

    @property
    def owners(self) -> frozenset[str]:
        """The organizations whose data it is made from."""
        return frozenset(o for a in self.agreements for o in a.organizations(PartyRole.PROVIDER))

    @property
    def least(self) -> int:
        """With how many each child must be alike: the strictest minimum cell of the lineage."""
        return max((a.disclosure.minimum_cell for a in self.agreements), default=LEAST)


def called_back(extract: ExtractFact, actor: Actor) -> bool:
    """Whether this person holds a copy of what was withdrawn since. They are told, and use it no
    more."""
    fetched = extract.fetched_on is not None and actor.id == extract.recipient
    return fetched and extract.state is ExtractState.WITHDRAWN


def last_day(agreements: tuple[Agreement, ...], leave_ends: date | None, on: date) -> date | None:
    """The day by which an extract fetched on a day is destroyed: the earliest of what each
    agreement says, and of the end of the project's leave. ``None`` where one states no period."""
    days = [destroy_by(a, on) for a in agreements]
    known = [day for day in days if day is not None]
    if not days or len(known) < len(days):
        return None
    return min([*known, *([leave_ends] if leave_ends else [])])
