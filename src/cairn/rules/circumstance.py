"""What happened that a use may rest on: a notice, an emergency, a transfer, an order, an answer.

Each is an event on record, with who said it and when. None of them is a tick that says yes.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Notice:
    """A school or district's annual notice to families, for one season ("2026-27").

    ``directory`` are the elements (``record.field``) that it designates as directory information;
    families may opt out through ``opt_out_until``; ``limited_to`` names the only recipients of
    directory information where the notice limits them (34 CFR 99.37(d)), ``None`` where it does
    not. ``official_criteria``: it says who counts as a school official and what interest is
    legitimate (99.7(a)(3)(iii)). ``forwarding``: it says that records follow a student who
    transfers (99.34(a)(1)(ii)).
    """

    organization: str
    season: str
    published_on: date
    directory: frozenset[str] = frozenset()
    opt_out_until: date | None = None
    limited_to: frozenset[str] | None = None
    official_criteria: bool = False
    forwarding: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """A significant threat that an agency determined, in words (34 CFR 99.36, 99.32(a)(5)).

    ``recipients`` are those whose knowledge is necessary, ``people`` the children concerned. It
    counts from ``determined_on`` through ``ends``; without either it was not determined.
    """

    id: str
    organization: str
    threat: str
    recipients: frozenset[str]
    people: frozenset[str]
    determined_by: str = ""
    determined_on: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A child who moves to another school: from, to, and whether the family was told
    (34 CFR 99.34(a)(1)(i))."""

    person: str
    sender: str
    receiver: str
    enrolls_on: date
    notified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A court order or subpoena: about whom, to whom, and the effort to notify first
    (34 CFR 99.31(a)(9)). ``sealed`` names the order that forbids telling, where one does."""

    id: str
    organization: str
    recipient: str
    people: frozenset[str]
    issued_on: date
    notified_on: date | None = None
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class Determination:
    """Somebody's reasoned word that nobody can be identified, over earlier releases too
    (34 CFR 99.31(b)(1)). ``covers`` are the earlier releases that were looked at."""

    project: str
    by: str
    on: date
    method: str
    covers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RecordCode:
    """The code that stands for a child in data without names (34 CFR 99.31(b)(2)).

    ``random``: made by chance and not from personal information; ``method_kept``: how it was made
    is told to no recipient. ``None`` is unknown.
    """

    project: str
    random: bool | None = None
    method_kept: bool | None = None


@dataclass(frozen=True, slots=True)
class PersonsAnswer:
    """What a named person answered where the law leaves it to a person, and why.

    ``card`` is the id of the rule that asked and ``about`` what it asked about: a child's id, an
    agreement's reference, a state, an emergency's id; or, of what a school keeps back for a child,
    the emergency's id or the reference of the agreement on a court's order, a blank, and the
    child's. It counts for that organization from ``on`` through
    ``ends``.
    """

    card: str
    about: str
    allows: bool
    by: str
    organization: str
    on: date
    reason: str
    ends: date | None = None

    def stands(self, on: date) -> bool:
        """Whether somebody with a name and a reason said yes, and it still counts."""
        given = self.allows and bool(self.by.strip()) and bool(self.reason.strip())
        return given and self.on <= on and (self.ends is None or on <= self.ends)
