"""Rows without names for one approved project: asked for, prepared, reviewed, issued, fetched.

Everything is asked anew at the fetch: the leave, the agreements, the people, the texts read.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial

from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.cards import extract as cards
from cairn.rules.cards import extract_text as texts
from cairn.rules.consent import OptOutFact, left_out, opt_outs_known
from cairn.rules.decide import Rule, decide
from cairn.rules.decision import Decision, PeopleAnswer
from cairn.rules.extract_fact import ExtractFact
from cairn.rules.extract_request import (
    in_state,
    link_works,
    on_itself,
    on_rows,
    request_for_rows,
    safe,
    stated,
)
from cairn.rules.extract_text import researchers
from cairn.rules.known import digest
from cairn.rules.nation import NO_NATIONS, Nations, approving, members_left_out
from cairn.rules.question import question
from cairn.rules.review import not_the_author, not_yet_reviewed, still_blind
from cairn.rules.rows import Door, RowsFact, both, consents_known, rows_of
from cairn.rules.vocabulary import RECIPIENTS, Action, ExtractState


@question
def may_request_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether an extract of these elements may be asked for, for this recipient."""
    return on_rows(Action.REQUEST_EXTRACT, extract, actor, on, extract.organization)


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
    rules = (in_state(extract.state, "prepare"),)
    known = (opt_outs_known(opt_outs), consents_known(extract.agreements, rows))
    facts = (*(opt_outs or ()), *(rows or ()), *nations.words, *nations.members)
    request = request_for_rows(Action.PREPARE_EXTRACT, extract, actor, "", rules)
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
    return on_itself(
        Action.REVIEW_EXTRACT,
        extract,
        actor,
        on,
        in_state(extract.state, "review"),
        not_the_author(extract.requester, actor),
        stated(cards.NOT_BY_ITS_RECIPIENT, met=actor.id != extract.recipient),
        not_yet_reviewed(extract.reviews, actor),
        still_blind(extract.reviews),
    )


@question
def may_read_text(extract: ExtractFact, element: str, actor: Actor, on: date) -> Decision:
    """Whether this person may read what people wrote in one element, and say what of it stays.

    It needs all that the extract itself needs of this element: the project's leave and an
    agreement. The reader is of the hub, and none of those who ask for it, receive it or work with
    the project; the extract was prepared, and is not yet with its recipient.
    """
    rules = (
        in_state(extract.state, "read"),
        not_the_author(extract.requester, actor),
        stated(texts.NO_RESEARCHER, met=actor.id not in researchers(extract)),
        stated(
            texts.FREE_TEXT,
            met=element in {text.element for text in extract.texts},
            element=element,
        ),
    )
    about = replace(extract, elements=frozenset({element}))
    return on_rows(Action.READ_TEXT, about, actor, on, "", *rules)


@question
def may_issue_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether the recipient may be given a link: two others have approved, and all still holds."""
    rules = (in_state(extract.state, "issue"), *safe(extract))
    return on_rows(Action.ISSUE_EXTRACT, extract, actor, on, "", *rules)


@question
def may_fetch_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether this person may fetch it now: the recipient, once, while the link works, the terms
    accepted, and everything behind it as it was when it was reviewed."""
    until = extract.link_until
    fetched = extract.fetched_on
    rules: tuple[Rule, ...] = (
        stated(cards.WITHDRAWN, met=extract.state is not ExtractState.WITHDRAWN),
        stated(cards.ONCE, met=fetched is None, fetched=fetched.isoformat() if fetched else ""),
        in_state(extract.state, "fetch"),
        stated(cards.RECIPIENT, met=actor.id == extract.recipient),
        partial(link_works, until),
        stated(cards.TERMS, met=extract.accepted),
        *safe(extract),
    )
    return on_rows(Action.EXPORT, extract, actor, on, extract.organization, *rules)


@question
def may_withdraw_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether this person may take it back: the hub, who asked, or a steward of an owner."""
    rule = in_state(extract.state, "withdraw")
    return on_itself(Action.WITHDRAW_EXTRACT, extract, actor, on, rule)


@question
def may_view_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Whether this person may see that it exists and what was done: no row of it."""
    return on_itself(Action.VIEW_EXTRACT, extract, actor, on)


@question
def may_view_extracts(actor: Actor, on: date) -> Decision:
    """Whether this person may open the list; each extract in it is asked for by itself."""
    return may_open(Action.VIEW_EXTRACT, actor, on=on)
