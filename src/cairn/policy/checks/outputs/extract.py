"""Check an extract: its approval, group size, free text, record code, destruction and link."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from cairn.policy.checks.outputs.release_review import require_two_approvals
from cairn.policy.checks.projects.project_authorization import LEVELS_WITHIN
from cairn.policy.checks.records.retention import find_destruction_due_date
from cairn.policy.checks.students.nation_approval import (
    exclude_unapproved_members,
    find_approving_nations,
)
from cairn.policy.checks.students.opt_outs import exclude_opted_out_people
from cairn.policy.checks.students.row_access import RowUse, decide_row_access, merge_people_answers
from cairn.policy.coverage import is_term_in_years, list_terms_for_element
from cairn.policy.engine import Obligation, PeopleAnswer, Reason, Rule, digest_facts
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
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.governance import disclosure_log as disclosure_log_cards
from cairn.policy.law.cards.legal_bases import record_code as record_code_cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.law.cards.outputs import extract as extract_cards
from cairn.policy.law.cards.outputs import extract_text as cards
from cairn.policy.lifecycles import EXTRACT_TRANSITIONS, find_next_state, list_states_allowing
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    ExtractState,
    Level,
    Outcome,
    Purpose,
    SpecialClass,
)


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
    agreements: tuple[AgreementFact, ...], authorization_ends: date | None, on: date
) -> date | None:
    """Find the day by which an extract fetched on a day must be destroyed.

    It is the earliest of the agreements' due dates and the end of the project's authorization.

    Args:
        agreements: facts of every agreement that the data were received under.
        authorization_ends: last day of the project's authorization; ``None`` if there is none.
        on: the day on which the extract is fetched.

    Returns:
        The due date; ``None`` if an agreement states no period.
    """
    due_dates = [find_destruction_due_date(agreement, on) for agreement in agreements]
    known_due_dates = [day for day in due_dates if day is not None]
    if not due_dates or len(known_due_dates) < len(due_dates):
        return None
    return min([*known_due_dates, *([authorization_ends] if authorization_ends else [])])


def list_extract_researchers(extract: ExtractFact) -> frozenset[str]:
    """List the people who request an extract, receive it, or work with its project (actor ids)."""
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


def check_texts_reviewed(extract: ExtractFact, on: date) -> Iterator[Reason]:
    """Check that a person other than a researcher reviewed each free text in an extract.

    The extract must have been prepared with exactly what was decided.
    """
    for text in extract.texts:
        if text.prepared:
            yield from _check_text_reviewed(text, list_extract_researchers(extract))


def _check_text_reviewed(text: TextFact, project_people: frozenset[str]) -> Iterator[Reason]:
    element_fact = (("element", text.element),)
    counts = (*element_fact, ("n", text.texts - text.read), ("of", text.texts))
    yield _build_text_reason(cards.READ, counts, met=0 < text.texts == text.read)
    yield _build_text_reason(cards.BY_ANOTHER, element_fact, met=not text.readers & project_people)
    yield _build_text_reason(cards.AS_READ, element_fact, met=text.prepared == text.decided)
    if SpecialClass.HEALTH in text.classes:
        yield _build_text_reason(
            cards.SAFE_HARBOR, (*element_fact, ("n", text.left)), met=not text.left
        )


def _build_text_reason(
    card: RuleCard, facts: tuple[tuple[str, str | int], ...], *, met: bool
) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, facts)


def require_safe_extract(extract: ExtractFact) -> tuple[Rule, ...]:
    """Build the rules that an extract is approved by two, indistinguishable, reviewed and
    unchanged.
    """
    new_extracts = extract.received - extract.beside - {extract.id}
    group_size = extract.alike or 0
    required_size = max(extract.least, MINIMUM_GROUP_SIZE)
    return (
        require_two_approvals(extract.reviews, extract.requester),
        require_card(
            extract_cards.ALIKE, met=group_size >= required_size, n=group_size, least=required_size
        ),
        require_card(
            extract_cards.UNCHANGED,
            met=bool(extract.people) and extract.people == extract.people_now,
        ),
        require_card(extract_cards.TOGETHER, met=not new_extracts, n=len(new_extracts)),
        partial(check_texts_reviewed, extract),
    )


def require_card(card: RuleCard, *, met: bool, **facts: str | int) -> Rule:
    """Build the rule that gives a card's outcome for these facts on any day."""
    effect = Outcome.ALLOW if met else Outcome.DENY
    return partial(_yield_extract_reason, Reason(card, effect, tuple(facts.items())))


def _yield_extract_reason(reason: Reason, on: date) -> Iterator[Reason]:
    yield reason


def require_extract_state(state: ExtractState, event: str) -> Rule:
    """Build the rule that the event is possible in this state of an extract."""
    is_possible = find_next_state(EXTRACT_TRANSITIONS, state, event) is not None
    allowed = " or ".join(
        allowed_state.value.replace("_", " ")
        for allowed_state in list_states_allowing(EXTRACT_TRANSITIONS, event)
    )
    state_facts = {"state": state.value.replace("_", " "), "event": event, "allowed": allowed}
    return require_card(extract_cards.STATE, met=is_possible, **state_facts)


def check_link_valid(link_until: date | None, on: date) -> Iterator[Reason]:
    """Check that the download link was issued and has not expired."""
    is_valid = link_until is not None and on <= link_until
    last_day_text = link_until.isoformat() if link_until else "(there is none)"
    yield Reason(
        extract_cards.LINK, Outcome.ALLOW if is_valid else Outcome.DENY, (("until", last_day_text),)
    )


def check_record_code(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that the record code is random, and for education research only (34 CFR
    99.31(b)(2)).
    """
    facts = (("element", "The record code"), ("how", "by chance"))
    yield Reason(record_code_cards.RANDOM, Outcome.ALLOW, facts)
    research = Outcome.ALLOW if project.purpose is Purpose.RESEARCH else Outcome.DENY
    purpose = project.purpose.value.replace("_", " ")
    yield Reason(record_code_cards.RESEARCH_ONLY, research, (("purpose", purpose),))


def check_extract_element(extract: ExtractFact, element: str, on: date) -> Iterator[Reason]:
    """Check that an agreement allows the element without names, for all authorized school years.

    If no agreement does, list the objections of each agreement that names the element.
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
    element_facts = (("agreement", agreement.reference), ("element", element))
    terms = tuple(list_terms_for_element(agreement, element))
    if not terms:
        return
    level = Outcome.ALLOW if Level.DE_IDENTIFIED in LEVELS_WITHIN[agreement.level] else Outcome.DENY
    agreed_level = agreement.level.value.replace("_", " ")
    yield Reason(
        data_use_cards.AGREED_LEVEL,
        level,
        (*element_facts, ("level", "de identified"), ("agreed", agreed_level)),
    )
    covers_years = any(is_term_in_years(term, first_year, last_year) for term in terms)
    years = (("first", first_year), ("last", last_year))
    yield Reason(
        data_use_cards.AGREED_YEARS,
        Outcome.ALLOW if covers_years else Outcome.DENY,
        (*element_facts, *years),
    )


def check_destruction_date_known(extract: ExtractFact, on: date) -> Iterator[Reason]:
    """Check that every agreement states by when the extract must be destroyed."""
    due_date = find_extract_destruction_date(
        extract.agreements, _find_authorization_end(extract), on
    )
    silent_agreements = sorted(
        agreement.reference
        for agreement in extract.agreements
        if find_destruction_due_date(agreement, on) is None
    )
    facts = (
        ("due", due_date.isoformat() if due_date else ""),
        ("agreement", ", ".join(silent_agreements) or "no agreement"),
    )
    yield Reason(extract_cards.DESTROY_BY, Outcome.ALLOW if due_date else Outcome.DENY, facts)


def _find_authorization_end(extract: ExtractFact) -> date | None:
    authorization = extract.project.authorization
    return authorization.ends if authorization else None


def list_extract_obligations(extract: ExtractFact, on: date) -> Iterator[Obligation]:
    """List the obligations of the recipient: the record, the notice, and the day of destruction."""
    for card in (disclosure_log_cards.RECORD, redisclosure_cards.REDISCLOSURE_NOTICE):
        yield Obligation(card.id, card.steward, card.citation)
    due_date = find_extract_destruction_date(
        extract.agreements, _find_authorization_end(extract), on
    )
    instruction = "Destroy the extract and every copy of it."
    yield Obligation("DESTROY", instruction, extract_cards.DESTROY_BY.citation, due_date)


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
            source.organizations(*RECIPIENT_ROLES) & {extract.organization},
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
