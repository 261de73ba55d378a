"""State packs weighed: what the states from which records come say of a whole use."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Final

from cairn.rules import business
from cairn.rules.agreement import Agreement
from cairn.rules.cards import states as cards
from cairn.rules.decide import Rule
from cairn.rules.decision import Obligation, Reason
from cairn.rules.organization import OrganizationFact
from cairn.rules.packs.pack import StatePack
from cairn.rules.packs.states import STATES
from cairn.rules.packs.surroundings import Surroundings
from cairn.rules.vocabulary import Action, LegalBasis, Level, OrganizationKind, Outcome

# Actions by which rows about single children are put out of the data system.
_PUTS_OUT: Final = frozenset(
    {
        Action.LIST,
        Action.EXPORT,
        Action.DELIVER,
        Action.REFER,
        Action.RELEASE,
        Action.PUBLISH,
    }
)
_LINKS: Final = frozenset({Action.LINK, Action.MATCH})
_MAKES_PUBLIC: Final = frozenset({Action.RELEASE, Action.PUBLISH})


def request_rules(
    agreements: Iterable[Agreement],
    around: Surroundings,
    states: Mapping[str, StatePack] = STATES,
) -> tuple[Rule, ...]:
    """One rule for each provider: what the law of its state says, or that nobody put it in."""
    behind = tuple(agreements)
    return tuple(partial(_of, provider, behind, around, states) for provider in around.providers)


def publication_rules(
    providers: Iterable[OrganizationFact],
    reported_on: date | None,
    states: Mapping[str, StatePack] = STATES,
) -> tuple[Rule, ...]:
    """One rule for each provider of published figures: reported in time where its state asks for
    it. A provider of a kind for which some state does must say in which state it is."""
    around = Surroundings(action=Action.PUBLISH, level=Level.POPULATION, reported_on=reported_on)
    return tuple(partial(_publication, provider, around, states) for provider in providers)


def obligations(
    around: Surroundings, on: date, states: Mapping[str, StatePack] = STATES
) -> Iterator[Obligation]:
    """What the states behind a use oblige to, each once: copies go on the day of linking."""
    found = {p.state: states[p.state] for p in around.providers if p.state in states}
    for pack in found.values():
        if (card := pack.destroy_copies) is not None:
            due = on if around.action in _LINKS else None
            yield Obligation(card.id, card.steward, card.citation, due)


def _of(
    provider: OrganizationFact,
    agreements: tuple[Agreement, ...],
    around: Surroundings,
    states: Mapping[str, StatePack],
    on: date,
) -> Iterator[Reason]:
    single = around.level is Level.INDIVIDUAL
    pack = states.get(provider.state)
    if not provider.state:
        facts = (("organization", provider.slug), ("about", provider.slug))
        yield Reason(cards.UNKNOWN, Outcome.DENY, facts)
    elif single and pack is None:
        facts = (("state", provider.state), ("about", provider.state))
        yield Reason(cards.SILENT, Outcome.NEEDS_PERSON, facts)
    if pack is not None:
        yield from _rows(pack, around) if single else ()
        yield from _reported(pack, provider, around, on)
        yield from _consents_kept(pack, agreements)


def _publication(
    provider: OrganizationFact, around: Surroundings, states: Mapping[str, StatePack], on: date
) -> Iterator[Reason]:
    pack = states.get(provider.state)
    if pack is not None:
        yield from _reported(pack, provider, around, on)
    elif not provider.state and any(provider.kind in one.report_kinds for one in states.values()):
        facts = (("organization", provider.slug), ("about", provider.slug))
        yield Reason(cards.UNKNOWN, Outcome.DENY, facts)


def _rows(pack: StatePack, around: Surroundings) -> Iterator[Reason]:
    """Rows about single children: put out by no query, and open to the data manager alone."""
    if pack.no_rows is not None and around.action is not None:
        facts = (("action", around.action.value.replace("_", " ")),)
        effect = Outcome.DENY if around.action in _PUTS_OUT else Outcome.ALLOW
        yield Reason(pack.no_rows, effect, facts)
    if pack.staff_only is not None and around.action is not None:
        receiver = around.receiver
        manager = receiver is not None and receiver.kind is OrganizationKind.BACKBONE
        facts = (("organization", receiver.slug if receiver else "the receiver"),)
        yield Reason(pack.staff_only, Outcome.ALLOW if manager else Outcome.DENY, facts)


def _reported(
    pack: StatePack, provider: OrganizationFact, around: Surroundings, on: date
) -> Iterator[Reason]:
    """Reported to the state early enough, where the state asks for it."""
    asked = around.action in _MAKES_PUBLIC and provider.kind in pack.report_kinds
    if pack.report_card is None or not asked:
        return
    latest = business.before(on, pack.report_days)
    met = around.reported_on is not None and around.reported_on <= latest
    facts = (("on", on.isoformat()), ("reported", str(around.reported_on)))
    yield Reason(pack.report_card, Outcome.ALLOW if met else Outcome.DENY, facts)


def _consents_kept(pack: StatePack, agreements: tuple[Agreement, ...]) -> Iterator[Reason]:
    for agreement in agreements:
        if pack.consents_kept is not None and agreement.basis is LegalBasis.CONSENT:
            said = agreement.criteria.get("consents_kept", "").strip()
            facts = (("agreement", agreement.reference), ("said", said))
            effect = Outcome.ALLOW if said else Outcome.DENY
            yield Reason(pack.consents_kept, effect, facts, agreement.basis_clause)
