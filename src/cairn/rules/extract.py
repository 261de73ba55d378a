"""Rows without names for one approved project: asked for, prepared, reviewed, issued, fetched.

Everything is asked anew at the fetch: the leave, the agreements, the people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from cairn.rules import pilot
from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage, relied_on
from cairn.rules.authorization import WITHIN, authorized, element_authorized
from cairn.rules.cards import disclosed, record_code, redisclosure, use
from cairn.rules.cards import extract as cards
from cairn.rules.citations import RuleCard
from cairn.rules.consent import OptOutFact, left_out, opt_outs_known
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Obligation, PeopleAnswer, Reason
from cairn.rules.element import covered, some_element
from cairn.rules.known import digest
from cairn.rules.lifecycle import next_state, states_with
from cairn.rules.listing import in_years, listing
from cairn.rules.lives.extract import EXTRACT
from cairn.rules.nation import NO_NATIONS, Nations, approving, members_left_out
from cairn.rules.packs import Surroundings
from cairn.rules.project import ProjectFact
from cairn.rules.question import question
from cairn.rules.retention import destroy_by
from cairn.rules.review import (
    ReviewFact,
    approved_by_two,
    not_the_author,
    not_yet_reviewed,
    still_blind,
)
from cairn.rules.rows import Door, RowsFact, both, consents_known, rows_of
from cairn.rules.vocabulary import (
    RECIPIENTS,
    Action,
    ExtractState,
    Level,
    Outcome,
    PartyRole,
    Purpose,
)

LEAST: Final = 5
"""However small an agreement's minimum cell: each child is one of at least so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractFact:
    """One extract on a day.

    ``requester`` and ``recipient`` are actor ids; ``organization`` is where the recipient works.
    ``alike`` is the size of the smallest group of children who are alike (``None``: it is not
    prepared). ``people`` is the digest of who may be in it, as prepared, and ``people_now`` as it
    would be today. ``beside`` are the earlier extracts that it was prepared together with,
    ``received`` those that the project has received by now.
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


@question
def may_request_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether an extract of these elements may be asked for, for this recipient."""
    return _of_rows(Action.REQUEST_EXTRACT, extract, actor, on, extract.organization)


@question
def may_prepare_extract(
    extract: ExtractFact,
    actor: Actor,
    on: date,
    *,
    opt_outs: Iterable[OptOutFact] | None,
    rows: Iterable[RowsFact] | None,
    nations: Nations = NO_NATIONS,
) -> Decision:
    """Whether an extract may be assembled (again), and who is in it; it is then reviewed (again).

    ``opt_outs``, ``rows`` and ``nations`` as in `mart.may_build_mart`.
    """
    people = partial(who_is_in, extract, opt_outs, rows, nations)
    rules = (_in_state(extract.state, "prepare"),)
    known = (opt_outs_known(opt_outs), consents_known(extract.agreements, rows))
    facts = (*(opt_outs or ()), *(rows or ()), *nations.words, *nations.members)
    request = _rows(Action.PREPARE_EXTRACT, extract, actor, "", rules)
    request = replace(
        request,
        facts=(*request.facts, *facts),
        authority=(*request.authority, *known),
        people=people,
    )
    return decide(request, on)


def who_is_in(
    extract: ExtractFact,
    opt_outs: Iterable[OptOutFact] | None,
    rows: Iterable[RowsFact] | None,
    nations: Nations,
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Whom families and nations leave out, and the rows that consents and schools open, for the
    organization that receives them: `people_digest` of it is compared at the fetch."""
    approved = approving(nations.words, on)
    behind = extract.agreements
    declined = both(
        left_out(opt_outs or (), behind, elements, on),
        members_left_out(nations.members, approved),
    )
    purposes = frozenset({extract.project.purpose})
    doors = {
        a.reference: Door(
            purposes,
            a.organizations(*RECIPIENTS) & {extract.organization},
            uses=True,
            nations=approved,
        )
        for a in behind
    }
    return both(declined, rows_of(doors, behind, rows, elements, on))


def people_digest(answer: PeopleAnswer, agreements: Iterable[Agreement]) -> str:
    """Names what decides who is in: equal as long as nobody says anything else."""
    said = (answer.outcomes, answer.rows, answer.kept_back, answer.shut)
    return digest(*said, tuple(agreements))


@question
def may_review_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether this person may review: neither who asked nor who receives, nobody twice, nobody who
    has read the verdicts of others."""
    return _concerning(
        Action.REVIEW_EXTRACT,
        extract,
        actor,
        on,
        _in_state(extract.state, "review"),
        not_the_author(extract.requester, actor),
        _said(cards.NOT_BY_ITS_RECIPIENT, met=actor.id != extract.recipient),
        not_yet_reviewed(extract.reviews, actor),
        still_blind(extract.reviews),
    )


@question
def may_issue_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether the recipient may be given a link: two others have approved, and all still holds."""
    rules = (_in_state(extract.state, "issue"), *_safe(extract))
    return _of_rows(Action.ISSUE_EXTRACT, extract, actor, on, "", *rules)


@question
def may_fetch_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether this person may fetch it now: the recipient, once, while the link works, the terms
    accepted, and everything behind it as it was when it was reviewed."""
    until = extract.link_until
    fetched = extract.fetched_on
    rules: tuple[Rule, ...] = (
        _said(cards.WITHDRAWN, met=extract.state is not ExtractState.WITHDRAWN),
        _said(cards.ONCE, met=fetched is None, fetched=fetched.isoformat() if fetched else ""),
        _in_state(extract.state, "fetch"),
        _said(cards.RECIPIENT, met=actor.id == extract.recipient),
        partial(_link, until),
        _said(cards.TERMS, met=extract.accepted),
        *_safe(extract),
    )
    return _of_rows(Action.EXPORT, extract, actor, on, extract.organization, *rules)


@question
def may_withdraw_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether this person may take it back: the hub, who asked, or a steward of an owner."""
    rule = _in_state(extract.state, "withdraw")
    return _concerning(Action.WITHDRAW_EXTRACT, extract, actor, on, rule)


@question
def may_view_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether this person may see that it exists and what was done: no row of it."""
    return _concerning(Action.VIEW_EXTRACT, extract, actor, on)


@question
def may_view_extracts(actor: Actor, on: date) -> Decision:
    """Whether this person may open the list; each extract in it is asked for by itself."""
    return may_open(Action.VIEW_EXTRACT, actor, on=on)


def _safe(extract: ExtractFact) -> tuple[Rule, ...]:
    """Reviewed by two, each child one of many, and nothing has changed since."""
    new = extract.received - extract.beside - {extract.id}
    n = extract.alike or 0
    least = max(extract.least, LEAST)
    return (
        approved_by_two(extract.reviews, extract.requester),
        _said(cards.ALIKE, met=n >= least, n=n, least=least),
        _said(cards.UNCHANGED, met=bool(extract.people) and extract.people == extract.people_now),
        _said(cards.TOGETHER, met=not new, n=len(new)),
    )


def _of_rows(
    action: Action, extract: ExtractFact, actor: Actor, on: date, at: str, *rules: Rule
) -> Decision:
    """A question about the rows: of those who act for ``at``, or for the hub where it is empty."""
    return decide(_rows(action, extract, actor, at, rules), on)


def _rows(
    action: Action, extract: ExtractFact, actor: Actor, at: str, rules: tuple[Rule, ...]
) -> Request:
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


def _concerning(
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


def _said(card: RuleCard, *, met: bool, **facts: str | int) -> Rule:
    effect = Outcome.ALLOW if met else Outcome.DENY
    return partial(_always, Reason(card, effect, tuple(facts.items())))


def _always(reason: Reason, on: date) -> Iterator[Reason]:
    yield reason


def _in_state(state: ExtractState, event: str) -> Rule:
    possible = next_state(EXTRACT, state, event) is not None
    allowed = " or ".join(s.value.replace("_", " ") for s in states_with(EXTRACT, event))
    said = {"state": state.value.replace("_", " "), "event": event, "allowed": allowed}
    return _said(cards.STATE, met=possible, **said)


def _link(until: date | None, on: date) -> Iterator[Reason]:
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
