"""One data element at a time: listed in an agreement, and lawful for its own special class."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import Agreement
from cairn.rules.basis import authority_key
from cairn.rules.cards import agreement as cards
from cairn.rules.cards import special
from cairn.rules.citations import RuleCard
from cairn.rules.decide import ElementRule, Rule
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import LegalBasis, Outcome, SpecialClass

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
    }
)

_FERPA_EXCEPTIONS: Final = frozenset(
    {LegalBasis.SCHOOL_OFFICIAL, LegalBasis.STUDIES, LegalBasis.AUDIT_EVALUATION}
)


@dataclass(frozen=True, slots=True)
class _Pack:
    """What one special class takes: a basis that carries it, or an authority of its own."""

    card: RuleCard
    carried_by: frozenset[LegalBasis] = frozenset()


_PACKS: Final[Mapping[SpecialClass, _Pack]] = MappingProxyType(
    {
        SpecialClass.MEAL_STATUS: _Pack(special.MEAL_STATUS),
        SpecialClass.DISABILITY: _Pack(special.DISABILITY, _FERPA_EXCEPTIONS),
        SpecialClass.HOMELESSNESS: _Pack(special.HOMELESSNESS, _FERPA_EXCEPTIONS),
        SpecialClass.HEALTH: _Pack(special.HEALTH),
        SpecialClass.SUBSTANCE_USE: _Pack(special.SUBSTANCE_USE),
        SpecialClass.WAGE: _Pack(special.WAGE),
        SpecialClass.JUVENILE: _Pack(special.JUVENILE),
        SpecialClass.IMMIGRATION: _Pack(special.IMMIGRATION),
    }
)


def special_class(element: str) -> SpecialClass | None:
    """The special class of ``record.field``, if a law of its own protects it."""
    return SPECIAL_FIELDS.get(element.rpartition(".")[2])


def covered(agreements: Iterable[Agreement]) -> tuple[ElementRule, ...]:
    """An element must be listed in one of the agreements, and lawful in one that lists it."""
    return (partial(_covered, tuple(agreements)),)


def some_element(elements: frozenset[str]) -> Rule:
    """A request about no element at all asks for nothing that could be allowed."""
    return partial(_some_element, elements)


def _some_element(elements: frozenset[str], on: date) -> Iterator[Reason]:
    if not elements:
        yield Reason(cards.NO_ELEMENTS, Outcome.DENY)


def _covered(agreements: tuple[Agreement, ...], element: str, on: date) -> Iterator[Reason]:
    """The reasons of the first agreement that allows the element, else of all that refuse it."""
    refused: list[Reason] = []
    for agreement in agreements:
        if element in agreement.elements:
            reasons = tuple(_under(agreement, element))
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


def _under(agreement: Agreement, element: str) -> Iterator[Reason]:
    facts = (("agreement", agreement.reference), ("element", element))
    yield Reason(cards.ELEMENT, Outcome.ALLOW, facts, where=_clause(agreement, element))
    if agreement.basis is LegalBasis.PUBLIC_DATA:
        impersonal = element.partition(".")[0] in IMPERSONAL_RECORDS
        effect = Outcome.ALLOW if impersonal else Outcome.DENY
        yield Reason(special.ABOUT_PEOPLE, effect, facts)
    if (kind := special_class(element)) is not None:
        yield _special(agreement, kind, facts)


def _special(
    agreement: Agreement, kind: SpecialClass, facts: tuple[tuple[str, str], ...]
) -> Reason:
    pack, key = _PACKS[kind], authority_key(kind)
    said = agreement.criteria.get(key, "").strip()
    met = bool(said) or agreement.basis in pack.carried_by
    basis = agreement.basis.value.replace("_", " ")
    told = (*facts, ("basis", basis), ("key", key), ("said", said or f"carried by {basis}"))
    return Reason(pack.card, Outcome.ALLOW if met else Outcome.DENY, told, agreement.basis_clause)


def _clause(agreement: Agreement, element: str) -> str:
    record, _, field = element.partition(".")
    clauses = (t.clause for t in agreement.data if t.record == record and field in t.elements)
    return next((c for c in clauses if c), "")
