"""Check an extract: its approval, group size, free text, record code, destruction and link."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from cairn.policy.checks.outputs.release_review import check_two_approvals
from cairn.policy.checks.projects.project_authorization import LEVELS_WITHIN
from cairn.policy.checks.records.destruction_duties import find_destruction_due_date
from cairn.policy.checks.students.opt_outs_and_nations import (
    exclude_opted_out_people,
    exclude_unapproved_members,
    find_approving_nations,
)
from cairn.policy.checks.students.row_access import RowUse, decide_row_access, merge_people_answers
from cairn.policy.coverage import is_term_in_years, list_terms_for_element
from cairn.policy.engine import (
    BoundCheck,
    Obligation,
    PeopleAnswer,
    Reason,
    digest_facts,
    element_check,
    policy_check,
)
from cairn.policy.facts import (
    MINIMUM_GROUP_SIZE,
    Actor,
    AgreementFact,
    ExtractFact,
    NationFacts,
    OptOutFact,
    ProjectFact,
    RowsFact,
    TextFact,
)
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.governance import record_keeping as record_keeping_cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.law.cards.outputs import extract as cards
from cairn.policy.lifecycles import EXTRACT_TRANSITIONS, find_next_state, list_states_allowing
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    ExtractState,
    Level,
    Outcome,
    Purpose,
    SpecialClass,
    label_code,
)

__all__ = [
    "check_destruction_date_known",
    "check_element_has_text",
    "check_extract_element",
    "check_extract_not_withdrawn",
    "check_extract_recipient",
    "check_extract_record_code",
    "check_extract_state",
    "check_link_valid",
    "check_not_extract_recipient",
    "check_not_fetched_before",
    "check_not_researcher",
    "check_terms_accepted",
    "compute_people_digest",
    "find_extract_destruction_date",
    "find_extract_people",
    "find_text_objections",
    "is_extract_recalled",
    "list_extract_obligations",
    "list_extract_researchers",
    "require_safe_extract",
]


def is_extract_recalled(extract: ExtractFact, actor: Actor) -> bool:
    """Report whether a user holds a copy of an extract that was withdrawn and must stop using it.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.

    Returns:
        True if the user fetched the extract and it was withdrawn later.
    """
    has_copy = extract.fetched_on is not None and actor.id == extract.recipient
    return has_copy and extract.state is ExtractState.WITHDRAWN


def find_extract_destruction_date(
    agreements: tuple[AgreementFact, ...],
    authorization_ends: date | None,
    on: date,
    elements: Collection[str],
) -> date | None:
    """Find the day by which an extract fetched on a day must be destroyed.

    It is the earliest of the agreements' due dates and the end of the project's authorization.

    Args:
        agreements: facts of every agreement that the data were received under.
        authorization_ends: last day of the project's authorization; ``None`` if there is none.
        on: the day on which the extract is fetched.
        elements: elements (``record.field``) in the extract.

    Returns:
        The due date; ``None`` if an agreement states no period.
    """
    due_dates = [find_destruction_due_date(agreement, on, elements) for agreement in agreements]
    known_due_dates = [day for day in due_dates if day is not None]
    if not due_dates or len(known_due_dates) < len(due_dates):
        return None
    return min([*known_due_dates, *([authorization_ends] if authorization_ends else [])])


def list_extract_researchers(extract: ExtractFact) -> frozenset[str]:
    """List the people who request an extract, receive it, or work with its project (actor ids).

    Args:
        extract: facts of the extract.
    Returns:
        Actor ids.
    """
    authorization = extract.project.authorization
    return frozenset(
        {extract.requester, extract.recipient, *(authorization.staff if authorization else ())}
    )


def find_text_objections(extract: ExtractFact, text: TextFact) -> tuple[Reason, ...]:
    """Find why an element of free text may not be prepared with the rest.

    Args:
        extract: facts of the extract.
        text: the free text of the element.

    Returns:
        The reasons that deny; empty if the text may be prepared.
    """
    text_reasons = _check_text_reviewed(
        replace(text, prepared=text.decided), list_extract_researchers(extract)
    )
    return tuple(reason for reason in text_reasons if reason.effect is Outcome.DENY)


@policy_check(cards.READ, cards.BY_ANOTHER, cards.AS_READ, cards.SAFE_HARBOR)
def check_texts_reviewed(on: date, extract: ExtractFact) -> Iterator[Reason]:
    """Check that a person other than a researcher reviewed each free text in an extract.

    The extract must have been prepared with exactly what was decided.
    """
    for text in extract.texts:
        if text.prepared:
            yield from _check_text_reviewed(text, list_extract_researchers(extract))


def _check_text_reviewed(text: TextFact, project_people: frozenset[str]) -> Iterator[Reason]:
    element, unread = text.element, text.texts - text.read
    is_read = 0 < text.texts == text.read
    yield Reason.from_card(cards.READ, met=is_read, element=element, n=unread, of=text.texts)
    yield Reason.from_card(cards.BY_ANOTHER, met=not text.readers & project_people, element=element)
    yield Reason.from_card(cards.AS_READ, met=text.prepared == text.decided, element=element)
    if SpecialClass.HEALTH in text.classes:
        yield Reason.from_card(cards.SAFE_HARBOR, met=not text.left, element=element, n=text.left)


def require_safe_extract(extract: ExtractFact) -> tuple[BoundCheck, ...]:
    """List the checks of a safe extract: approved by two, indistinguishable, reviewed, unchanged.

    Args:
        extract: facts of the extract.
    Returns:
        The checks.
    """
    return (
        check_two_approvals(extract.reviews, extract.requester),
        check_group_size(extract),
        check_extract_unchanged(extract),
        check_no_extract_received_since(extract),
        check_texts_reviewed(extract),
    )


@policy_check(cards.ALIKE)
def check_group_size(on: date, extract: ExtractFact) -> Reason:
    """Check that each person is in a group of enough people who look alike."""
    group_size, required_size = extract.alike or 0, max(extract.smallest_group, MINIMUM_GROUP_SIZE)
    return Reason.from_card(
        cards.ALIKE, met=group_size >= required_size, n=group_size, least=required_size
    )


@policy_check(cards.UNCHANGED)
def check_extract_unchanged(on: date, extract: ExtractFact) -> Reason:
    """Check that the people of the extract are those of its preparation."""
    is_unchanged = bool(extract.people) and extract.people == extract.people_now
    return Reason.from_card(cards.UNCHANGED, met=is_unchanged)


@policy_check(cards.TOGETHER)
def check_no_extract_received_since(on: date, extract: ExtractFact) -> Reason:
    """Check that the recipient got no other extract that this one was not compared with."""
    new_extracts = extract.received - extract.beside - {extract.id}
    return Reason.from_card(cards.TOGETHER, met=not new_extracts, n=len(new_extracts))


@policy_check(cards.STATE)
def check_extract_state(on: date, extract: ExtractFact, event: str) -> Reason:
    """Check that an event is possible in the present state of an extract.

    Args:
        on: date of the check.
        extract: facts of the extract.
        event: event of the extract lifecycle, such as "issue".
    Returns:
        One reason.
    """
    is_possible = find_next_state(EXTRACT_TRANSITIONS, extract.state, event) is not None
    allowed = ", ".join(
        label_code(allowed_state)
        for allowed_state in list_states_allowing(EXTRACT_TRANSITIONS, event)
    )
    state = label_code(extract.state)
    return Reason.from_card(cards.STATE, met=is_possible, state=state, event=event, allowed=allowed)


@policy_check(cards.NOT_BY_ITS_RECIPIENT)
def check_not_extract_recipient(on: date, extract: ExtractFact, actor: Actor) -> Reason:
    """Check that a reviewer is not the recipient of the extract.

    Args:
        on: date of the check.
        extract: facts of the extract.
        actor: the reviewer.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.NOT_BY_ITS_RECIPIENT, met=actor.id != extract.recipient)


@policy_check(cards.NO_RESEARCHER)
def check_not_researcher(on: date, extract: ExtractFact, actor: Actor) -> Reason:
    """Check that a reader of free text does not request, receive or work with the extract.

    Args:
        on: date of the check.
        extract: facts of the extract.
        actor: the reader of the text.
    Returns:
        One reason.
    """
    is_researcher = actor.id in list_extract_researchers(extract)
    return Reason.from_card(cards.NO_RESEARCHER, met=not is_researcher)


@policy_check(cards.FREE_TEXT)
def check_element_has_text(on: date, extract: ExtractFact, element: str) -> Reason:
    """Check that an element of the extract holds free text.

    Args:
        on: date of the check.
        extract: facts of the extract.
        element: data element (``record.field``).
    Returns:
        One reason.
    """
    has_text = element in {text.element for text in extract.texts}
    return Reason.from_card(cards.FREE_TEXT, met=has_text, element=element)


@policy_check(cards.WITHDRAWN)
def check_extract_not_withdrawn(on: date, extract: ExtractFact) -> Reason:
    """Check that the extract is not withdrawn.

    Args:
        on: date of the check.
        extract: facts of the extract.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.WITHDRAWN, met=extract.state is not ExtractState.WITHDRAWN)


@policy_check(cards.ONCE)
def check_not_fetched_before(on: date, extract: ExtractFact) -> Reason:
    """Check that the extract was not fetched before; it is fetched once.

    Args:
        on: date of the check.
        extract: facts of the extract.
    Returns:
        One reason.
    """
    fetched_on = extract.fetched_on
    fetched = fetched_on.isoformat() if fetched_on else ""
    return Reason.from_card(cards.ONCE, met=fetched_on is None, fetched=fetched)


@policy_check(cards.RECIPIENT)
def check_extract_recipient(on: date, extract: ExtractFact, actor: Actor) -> Reason:
    """Check that the actor is the recipient of the extract.

    Args:
        on: date of the check.
        extract: facts of the extract.
        actor: the person who asks.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.RECIPIENT, met=actor.id == extract.recipient)


@policy_check(cards.TERMS)
def check_terms_accepted(on: date, extract: ExtractFact) -> Reason:
    """Check that the recipient accepted the terms of use.

    Args:
        on: date of the check.
        extract: facts of the extract.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.TERMS, met=extract.accepted)


@policy_check(cards.LINK)
def check_link_valid(on: date, extract: ExtractFact) -> Reason:
    """Check that the download link was issued and has not expired.

    Args:
        on: date of the check.
        extract: facts of the extract.
    Returns:
        One reason.
    """
    link_until = extract.link_until
    is_valid = link_until is not None and on <= link_until
    last_day_text = link_until.isoformat() if link_until else "(none)"
    return Reason.from_card(cards.LINK, met=is_valid, until=last_day_text)


@policy_check(cards.RANDOM, cards.RESEARCH_ONLY)
def check_extract_record_code(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that the record code is random, and for education research only (34 CFR 99.31(b)(2)).

    Args:
        on: date of the check.
        project: facts of the project.
    Returns:
        Two reasons.
    """
    yield Reason.from_card(cards.RANDOM, met=True, element="The record code", how="by chance")
    purpose = label_code(project.purpose)
    yield Reason.from_card(
        cards.RESEARCH_ONLY, met=project.purpose is Purpose.RESEARCH, purpose=purpose
    )


@element_check(data_use_cards.AGREED_LEVEL, data_use_cards.AGREED_YEARS)
def check_extract_element(element: str, on: date, extract: ExtractFact) -> Iterator[Reason]:
    """Check that an agreement allows the element without names, for all authorized school years.

    If no agreement does, list the objections of each agreement that names the element.

    Args:
        element: data element (``record.field``).
        on: date of the check.
        extract: facts of the extract.
    Returns:
        The reasons of the first agreement that allows the element, else of all that refuse it.
    """
    refused: list[Reason] = []
    for agreement in extract.agreements:
        agreement_reasons = tuple(
            _check_element_under_agreement(agreement, extract.project, element)
        )
        if agreement_reasons and all(
            reason.effect is Outcome.ALLOW for reason in agreement_reasons
        ):
            yield from agreement_reasons
            return
        refused += agreement_reasons
    yield from refused


def _check_element_under_agreement(
    agreement: AgreementFact, project: ProjectFact, element: str
) -> Iterator[Reason]:
    authorization = project.authorization
    first_year, last_year = (
        (authorization.first_year, authorization.last_year) if authorization else ("", "")
    )
    terms = tuple(list_terms_for_element(agreement, element))
    if not terms:
        return
    yield Reason.from_card(
        data_use_cards.AGREED_LEVEL,
        met=Level.DE_IDENTIFIED in LEVELS_WITHIN[agreement.level],
        agreement=agreement.reference,
        element=element,
        level=label_code(Level.DE_IDENTIFIED),
        agreed=label_code(agreement.level),
    )
    yield Reason.from_card(
        data_use_cards.AGREED_YEARS,
        met=any(is_term_in_years(term, first_year, last_year) for term in terms),
        agreement=agreement.reference,
        element=element,
        first=first_year,
        last=last_year,
    )


@policy_check(cards.DESTROY_BY)
def check_destruction_date_known(on: date, extract: ExtractFact) -> Reason:
    """Check that every agreement states by when the extract must be destroyed.

    Args:
        on: date of the check.
        extract: facts of the extract.
    Returns:
        One reason.
    """
    due_date = find_extract_destruction_date(
        extract.agreements, _find_authorization_end(extract), on, extract.elements
    )
    silent_agreements = sorted(
        agreement.reference
        for agreement in extract.agreements
        if find_destruction_due_date(agreement, on) is None
    )
    return Reason.from_card(
        cards.DESTROY_BY,
        met=bool(due_date),
        due=due_date.isoformat() if due_date else "",
        agreement=", ".join(silent_agreements) or "no agreement",
    )


def _find_authorization_end(extract: ExtractFact) -> date | None:
    authorization = extract.project.authorization
    return authorization.ends if authorization else None


def list_extract_obligations(extract: ExtractFact, on: date) -> Iterator[Obligation]:
    """List the obligations of the recipient: the record, the notice, and the day of destruction.

    Args:
        extract: facts of the extract.
        on: day on which the extract is fetched.
    Returns:
        The obligations.
    """
    for card in (record_keeping_cards.RECORD, redisclosure_cards.REDISCLOSURE_NOTICE):
        yield Obligation(card.id, card.steward, card.citation)
    due_date = find_extract_destruction_date(
        extract.agreements, _find_authorization_end(extract), on, extract.elements
    )
    instruction = "Destroy the extract and all copies of it."
    yield Obligation("DESTROY", instruction, cards.DESTROY_BY.citation, due_date)


def find_extract_people(
    extract: ExtractFact,
    opt_outs: Iterable[OptOutFact] | None,
    rows: Iterable[RowsFact] | None,
    nations: NationFacts,
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Find the people and rows of an extract, without those that families and nations leave out.

    It is decided for the organization that receives them; `compute_people_digest` of the answer is
    compared when the recipient fetches the extract.

    Args:
        extract: facts of the extract.
        opt_outs: current opt-outs; ``None`` if they were not looked up, which denies.
        rows: the children in the rows, by agreement; ``None`` if they were not looked up, which
            denies under an agreement on written consent.
        nations: decisions of tribal nations about this use, and their members.
        elements: the elements that are allowed.
        on: the day that the decision is for.

    Returns:
        The people left out, and the rows that consents and schools allow.
    """
    approving_nations = find_approving_nations(nations.words, on)
    source_agreements = extract.agreements
    exclusions = merge_people_answers(
        exclude_opted_out_people(opt_outs or (), source_agreements, elements, on),
        exclude_unapproved_members(nations.members, approving_nations),
    )
    purposes = frozenset({extract.project.purpose})
    row_uses = {
        source.reference: RowUse(
            purposes,
            source.list_organizations(*RECIPIENT_ROLES) & {extract.organization},
            uses=True,
            nations=approving_nations,
        )
        for source in source_agreements
    }
    return merge_people_answers(
        exclusions, decide_row_access(row_uses, source_agreements, rows, elements, on)
    )


def compute_people_digest(answer: PeopleAnswer, agreements: Iterable[AgreementFact]) -> str:
    """Compute a digest of everything that decides who is in an extract.

    Args:
        answer: the people and rows of the extract.
        agreements: facts of every agreement that the data were received under.

    Returns:
        A SHA-256 digest in hex; equal as long as no family, school or nation changes its
        answer.
    """
    answer_facts = (answer.outcomes, answer.rows, answer.kept_back, answer.shut)
    return digest_facts(*answer_facts, tuple(agreements))
