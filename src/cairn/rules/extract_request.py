"""What every question about an extract is made of: its request, and the rules of its outcome."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cairn.rules import pilot
from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage, relied_on
from cairn.rules.authorization import WITHIN, authorized, element_authorized
from cairn.rules.cards import disclosed, record_code, redisclosure, use
from cairn.rules.cards import extract as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Obligation, Reason
from cairn.rules.element import covered, some_element
from cairn.rules.extract_fact import LEAST, ExtractFact, last_day
from cairn.rules.extract_text import texts_read
from cairn.rules.lifecycle import next_state, states_with
from cairn.rules.listing import in_years, listing
from cairn.rules.lives.extract import EXTRACT
from cairn.rules.packs import Surroundings
from cairn.rules.project import ProjectFact
from cairn.rules.retention import destroy_by
from cairn.rules.review import approved_by_two
from cairn.rules.vocabulary import Action, ExtractState, Level, Outcome, Purpose


def safe(extract: ExtractFact) -> tuple[Rule, ...]:
    """Reviewed by two, each child one of many, its texts read, and nothing has changed since."""
    new = extract.received - extract.beside - {extract.id}
    n = extract.alike or 0
    least = max(extract.least, LEAST)
    return (
        approved_by_two(extract.reviews, extract.requester),
        stated(cards.ALIKE, met=n >= least, n=n, least=least),
        stated(cards.UNCHANGED, met=bool(extract.people) and extract.people == extract.people_now),
        stated(cards.TOGETHER, met=not new, n=len(new)),
        partial(texts_read, extract),
    )


def on_rows(
    action: Action, extract: ExtractFact, actor: Actor, on: date, at: str, *rules: Rule
) -> Decision:
    """A question about the rows: of those who act for ``at``, or for the hub where it is empty."""
    return decide(request_for_rows(action, extract, actor, at, rules), on)


def request_for_rows(
    action: Action, extract: ExtractFact, actor: Actor, at: str, rules: tuple[Rule, ...]
) -> Request:
    """The project's leave, the agreements and each element, and then the ``rules`` of the step."""
    project = extract.project
    leave = authorized(
        project,
        actor=extract.recipient,
        acting_for=extract.organization,
        purpose=project.purpose,
        level=Level.DE_IDENTIFIED,
        owners=extract.owners,
        file=extract.file,
    )
    around = Surroundings(purpose=project.purpose, action=Action.EXPORT, level=Level.DE_IDENTIFIED)
    return Request(
        action=action,
        actor=actor,
        facts=(extract,),
        who=who(action, actor, frozenset({at}) if at else None),
        authority=(
            *relied_on(extract.agreements, actor, project.purpose),
            pilot.concerns(project, extract.agreements),
            *leave,
            some_element(extract.elements),
        ),
        elements=extract.elements,
        element_rules=(
            *covered(extract.agreements, around),
            element_authorized(project),
            partial(_as_agreed, extract),
        ),
        outcome=(partial(_coded, project), partial(_destroyed, extract), *rules),
        obligations=partial(_owed, extract),
        lineage=lineage(extract.agreements),
        purpose=project.purpose,
    )


def on_itself(
    action: Action, extract: ExtractFact, actor: Actor, on: date, *rules: Rule
) -> Decision:
    """A question about the extract itself, of those whose matter it is."""
    request = Request(
        action=action,
        actor=actor,
        facts=(extract,),
        who=who(action, actor, extract.owners | {extract.organization}),
        outcome=rules,
        lineage=lineage(extract.agreements),
        purpose=extract.project.purpose,
    )
    return decide(request, on)


def stated(card: RuleCard, *, met: bool, **facts: str | int) -> Rule:
    """What a card says of these facts, on any day."""
    effect = Outcome.ALLOW if met else Outcome.DENY
    return partial(_always, Reason(card, effect, tuple(facts.items())))


def _always(reason: Reason, on: date) -> Iterator[Reason]:
    yield reason


def in_state(state: ExtractState, event: str) -> Rule:
    """The event can happen in this state."""
    possible = next_state(EXTRACT, state, event) is not None
    allowed = " or ".join(s.value.replace("_", " ") for s in states_with(EXTRACT, event))
    said = {"state": state.value.replace("_", " "), "event": event, "allowed": allowed}
    return stated(cards.STATE, met=possible, **said)


def link_works(until: date | None, on: date) -> Iterator[Reason]:
    """The link was given, and its days are not over."""
    met = until is not None and on <= until
    said = until.isoformat() if until else "(there is none)"
    yield Reason(cards.LINK, Outcome.ALLOW if met else Outcome.DENY, (("until", said),))


def _coded(project: ProjectFact, on: date) -> Iterator[Reason]:
    """The code for a child is made by chance, and for education research alone (99.31(b)(2))."""
    facts = (("element", "The record code"), ("how", "by chance"))
    yield Reason(record_code.RANDOM, Outcome.ALLOW, facts)
    research = Outcome.ALLOW if project.purpose is Purpose.RESEARCH else Outcome.DENY
    purpose = project.purpose.value.replace("_", " ")
    yield Reason(record_code.RESEARCH_ONLY, research, (("purpose", purpose),))


def _as_agreed(extract: ExtractFact, element: str, on: date) -> Iterator[Reason]:
    """Some agreement opens the element without names, for all the school years of the leave; else
    why each that lists it does not."""
    refused: list[Reason] = []
    for agreement in extract.agreements:
        told = tuple(_under(agreement, extract.project, element))
        if told and all(r.effect is Outcome.ALLOW for r in told):
            yield from told
            return
        refused += told
    yield from refused


def _under(agreement: Agreement, project: ProjectFact, element: str) -> Iterator[Reason]:
    leave = project.authorization
    first, last = (leave.first_year, leave.last_year) if leave else ("", "")
    about = (("agreement", agreement.reference), ("element", element))
    terms = tuple(listing(agreement, element))
    if not terms:
        return
    level = Outcome.ALLOW if Level.DE_IDENTIFIED in WITHIN[agreement.level] else Outcome.DENY
    agreed = agreement.level.value.replace("_", " ")
    yield Reason(use.AGREED_LEVEL, level, (*about, ("level", "de identified"), ("agreed", agreed)))
    met = any(in_years(term, first, last) for term in terms)
    years = (("first", first), ("last", last))
    yield Reason(use.AGREED_YEARS, Outcome.ALLOW if met else Outcome.DENY, (*about, *years))


def _destroyed(extract: ExtractFact, on: date) -> Iterator[Reason]:
    due = last_day(extract.agreements, _leave_ends(extract), on)
    silent = sorted(a.reference for a in extract.agreements if destroy_by(a, on) is None)
    facts = (
        ("due", due.isoformat() if due else ""),
        ("agreement", ", ".join(silent) or "no agreement"),
    )
    yield Reason(cards.DESTROY_BY, Outcome.ALLOW if due else Outcome.DENY, facts)


def _leave_ends(extract: ExtractFact) -> date | None:
    leave = extract.project.authorization
    return leave.ends if leave else None


def _owed(extract: ExtractFact, on: date) -> Iterator[Obligation]:
    """The record, the notice, and the day of destruction."""
    for card in (disclosed.RECORD, redisclosure.REDISCLOSURE_NOTICE):
        yield Obligation(card.id, card.steward, card.citation)
    due = last_day(extract.agreements, _leave_ends(extract), on)
    said = "Destroy the extract and every copy of it."
    yield Obligation("DESTROY", said, cards.DESTROY_BY.citation, due)
