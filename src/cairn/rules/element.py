"""One data element at a time: listed in an agreement, and lawful for its own special class."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import Agreement
from cairn.rules.cards import agreement as cards
from cairn.rules.cards import directory, health, record_code, special
from cairn.rules.citations import RuleCard
from cairn.rules.decide import ElementRule, Rule
from cairn.rules.decision import Reason
from cairn.rules.packs import Surroundings, element_reasons
from cairn.rules.vocabulary import LegalBasis, Outcome, SpecialClass

ANYWHERE: Final = Surroundings()
"""Where a door says nothing more than which agreements it stands under."""

# Record types that hold no row about a person.
IMPERSONAL_RECORDS: Final = frozenset({"school", "calendar"})

# The law's own list, by field: the data dictionary must agree with it (tested).
SPECIAL_FIELDS: Final[Mapping[str, SpecialClass]] = MappingProxyType(
    {
        "meal_status": SpecialClass.MEAL_STATUS,
        "disability": SpecialClass.DISABILITY,
        "homelessness": SpecialClass.HOMELESSNESS,
        "health": SpecialClass.HEALTH,
        "substance_use": SpecialClass.SUBSTANCE_USE,
        "employed": SpecialClass.WAGE,
        "wage": SpecialClass.WAGE,
        "juvenile": SpecialClass.JUVENILE,
        "immigration": SpecialClass.IMMIGRATION,
        "early_intervention": SpecialClass.EARLY_INTERVENTION,
        "head_start": SpecialClass.HEAD_START,
        "child_welfare": SpecialClass.CHILD_WELFARE,
        "wic": SpecialClass.WIC,
        "snap": SpecialClass.SNAP,
        "tanf": SpecialClass.TANF,
    }
)

# Fields by which a person is found: no limited data set and no de-identified record holds one
# (45 CFR 164.514(e)(2); 34 CFR 99.3, "personally identifiable information").
DIRECT_FIELDS: Final = frozenset(
    {
        "local_id",
        "state_id",
        "ssn",
        "given_name",
        "middle_name",
        "family_name",
        "preferred_name",
        "suffix",
        "guardian_name",
        "street",
        "address",
        "phone",
        "email",
        "encoding",
    }
)
# Where a child lives. For a child without a fixed home, or one who is protected, a school keeps
# these back (42 USC 11432(g)(3)(G)).
ADDRESS_FIELDS: Final = frozenset({"street", "address", "city", "postal_code"})
# And how its family is reached. A school may keep back anything; these it usually does.
USUALLY_KEPT_BACK: Final = ADDRESS_FIELDS | {"phone", "email", "guardian_name"}
# Directory information is never given or looked up by this (34 CFR 99.37(e)).
_NEVER_DIRECTORY: Final = frozenset({"ssn"})


def usually_kept_back(element: str) -> bool:
    """Whether an element says where a child lives or how its family is reached."""
    return element.rpartition(".")[2] in USUALLY_KEPT_BACK


def special_class(element: str) -> SpecialClass | None:
    """The special class of ``record.field``, if a law of its own protects it."""
    return SPECIAL_FIELDS.get(element.rpartition(".")[2])


def special_classes(element: str, around: Surroundings) -> frozenset[SpecialClass]:
    """Every special class of an element: its own, and those that a data dictionary adds."""
    own = special_class(element)
    return around.classes.get(element, frozenset()) | ({own} if own else frozenset())


def covered(
    agreements: Iterable[Agreement], around: Surroundings = ANYWHERE
) -> tuple[ElementRule, ...]:
    """An element must be listed in one of the agreements, and lawful in one that lists it."""
    return (partial(_covered, tuple(agreements), around),)


def some_element(elements: frozenset[str]) -> Rule:
    """A request about no element at all asks for nothing that could be allowed."""
    return partial(_some_element, elements)


def _some_element(elements: frozenset[str], on: date) -> Iterator[Reason]:
    if not elements:
        yield Reason(cards.NO_ELEMENTS, Outcome.DENY)


def _covered(
    agreements: tuple[Agreement, ...], around: Surroundings, element: str, on: date
) -> Iterator[Reason]:
    """The reasons of the first agreement that allows the element, else of all that refuse it."""
    refused: list[Reason] = []
    for agreement in agreements:
        if element in agreement.elements:
            reasons = tuple(_under(agreement, around, element))
            if all(r.effect is Outcome.ALLOW for r in reasons):
                yield from reasons
                return
            refused += reasons
    if not refused:
        named = ", ".join(sorted(a.reference for a in agreements)) or "any agreement"
        refused.append(
            Reason(cards.ELEMENT, Outcome.DENY, (("agreement", named), ("element", element)))
        )
    yield from refused


def _under(agreement: Agreement, around: Surroundings, element: str) -> Iterator[Reason]:
    facts = (("agreement", agreement.reference), ("element", element))
    yield Reason(cards.ELEMENT, Outcome.ALLOW, facts, where=_clause(agreement, element))
    record, _, field = element.partition(".")
    card, met = _by_basis(agreement.basis, record, field)
    if card is not None:
        yield Reason(card, Outcome.ALLOW if met else Outcome.DENY, facts)
    yield from element_reasons(agreement, element, special_classes(element, around), around)


def _by_basis(basis: LegalBasis, record: str, field: str) -> tuple[RuleCard | None, bool]:
    """What the basis itself says of an element, whatever its special class, and whether it is
    so."""
    match basis:
        case LegalBasis.PUBLIC_DATA:
            return special.ABOUT_PEOPLE, record in IMPERSONAL_RECORDS
        case LegalBasis.NO_DISCLOSURE:
            return special.NOTHING_DISCLOSED, False
        case LegalBasis.DIRECTORY:
            return directory.NEVER_JOINED, field not in _NEVER_DIRECTORY
        case LegalBasis.LIMITED_DATA_SET:
            return health.LIMITED_IDENTIFIERS, field not in DIRECT_FIELDS
        case LegalBasis.DE_IDENTIFIED:
            return record_code.NOBODY_NAMED, field not in DIRECT_FIELDS
        case _:
            return None, True


def _clause(agreement: Agreement, element: str) -> str:
    record, _, field = element.partition(".")
    clauses = (t.clause for t in agreement.data if t.record == record and field in t.elements)
    return next((c for c in clauses if c), "")
