"""One child at a time: roster, consent, opt-outs, holds. Equal cases are judged once."""

from dataclasses import dataclass
from datetime import date

from cairn.rules.consent import OptOutFact, WrittenConsent


@dataclass(frozen=True, slots=True)
class PersonFact:
    """What the law needs to know about one child on a date. It holds no name.

    ``organizations`` are those with a live link: the school that enrolls, the program that
    serves. ``opt_outs`` and ``postsecondary`` are ``None`` where nobody looked, which denies;
    an unknown birth date has to be asked for. ``parents_conflict``: two parents disagree.
    ``court_order``: one is on record that limits a parent. ``placement`` is the child-welfare
    agency that is legally responsible. ``hold`` says why nothing may be shared for now.
    ``nations`` are the tribal nations whose approval the child's data need. ``withheld`` are
    elements that the school keeps back for this child, for whatever reason.
    """

    id: str
    birth_date: date | None = None
    postsecondary: bool | None = None
    organizations: frozenset[str] = frozenset()
    consents: tuple[WrittenConsent, ...] = ()
    opt_outs: tuple[OptOutFact, ...] | None = None
    parents_conflict: bool = False
    court_order: bool = False
    placement: str = ""
    hold: str = ""
    nations: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
