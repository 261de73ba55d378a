"""Check the status of a consent on a date, who may answer a form, and whether signers disagree."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from cairn.policy.checks.students.consent_validity import (
    SIGNED_FORM_CARDS,
    find_consent_defects,
    find_majority_date,
    find_record_rights,
    find_rights_holder,
    is_signed_without_custody,
)
from cairn.policy.checks.students.state_signers import StateSigners
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import ConsentFormFact, FormAnswer, LocalPolicy, PersonFact, WrittenConsent
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import family as cards
from cairn.policy.law.cards.legal_bases import consent as consent_cards
from cairn.policy.lifecycles import CONSENT_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import (
    Action,
    AgeStatus,
    ConsentDefect,
    ConsentState,
    ConsentStatus,
    OptOutScope,
    Outcome,
    SignerRelation,
    label_code,
)

__all__ = [
    "check_family_rights",
    "check_form_collector",
    "check_form_offered",
    "check_signer_holds_rights",
    "check_signers_disagree",
    "find_consent_event_action",
    "find_consent_status",
    "find_signer_authority_card",
    "has_signer_conflict",
    "have_rights_passed_since",
    "have_rights_passed_to_student",
    "may_collector_read_answer",
    "require_consent_event",
]

# A page shows the first status that applies.
_STATUS_OF_DEFECT: Final = {
    ConsentDefect.SIGNATURE: ConsentStatus.INCOMPLETE,
    ConsentDefect.AUTHENTICATION: ConsentStatus.INCOMPLETE,
    ConsentDefect.APPROVAL: ConsentStatus.INCOMPLETE,
    ConsentDefect.RELATION: ConsentStatus.INCOMPLETE,
    ConsentDefect.VERIFICATION: ConsentStatus.UNVERIFIED,
    ConsentDefect.PASSED: ConsentStatus.RIGHTS_TRANSFERRED,
    ConsentDefect.AGE: ConsentStatus.AGE_UNKNOWN,
    ConsentDefect.MINOR: ConsentStatus.SIGNER_UNSETTLED,
}

_COLLECTOR_EDITABLE_STATES: Final = (
    ConsentState.RETURNED,
    ConsentState.REFUSED,
    ConsentState.UNDONE,
)


def have_rights_passed_to_student(person: PersonFact, on: date) -> bool | None:
    """Report whether the student holds the rights (34 CFR 99.5(a)).

    In dual enrollment this is about the school's records; those of the college are the student's.

    Args:
        person: facts of the child on that day.
        on: the day that the decision is for.

    Returns:
        True or false; ``None`` if the birth date or college enrollment is unknown.
    """
    return _have_rights_passed(person, on, of_college=False)


def _have_rights_passed(person: PersonFact, on: date, *, of_college: bool) -> bool | None:
    age_status = find_record_rights(person, on, of_college=of_college).age
    return None if age_status is AgeStatus.UNKNOWN else age_status is AgeStatus.ELIGIBLE


@policy_check(consent_cards.PARENTS_VIEW, consent_cards.AGE_UNKNOWN)
def check_family_rights(
    on: date, person: PersonFact, relation: SignerRelation | None, owners: frozenset[str]
) -> Reason:
    """Check that the rights to inspect the record are this person's (34 CFR 99.5(a)).

    Until the rights pass, they are the parents'. Then they are the student's, and a parent needs
    evidence of tax dependency (34 CFR 99.31(a)(8)).

    Args:
        on: date of the check.
        person: facts of the child on that day.
        relation: relation of the person in the family session; ``None`` is unknown.
        owners: organizations with records that are shown; empty means all of the student's.
    Returns:
        One reason; a question if the age is unknown.
    """
    of_college = not person.colleges.isdisjoint(owners or person.organizations)
    has_passed = _have_rights_passed(person, on, of_college=of_college)
    facts, people = (("n", 1),), (person.id,)
    if has_passed is None:
        return Reason(consent_cards.AGE_UNKNOWN, Outcome.NEEDS_PERSON, facts, people=people)
    met = not has_passed or relation is SignerRelation.STUDENT or person.tax_dependent
    effect = Outcome.ALLOW if met else Outcome.DENY
    return Reason(consent_cards.PARENTS_VIEW, effect, facts, people=people)


def find_signer_authority_card(
    consent: WrittenConsent, person: PersonFact, signers: StateSigners
) -> RuleCard | None:
    """Find the rule about parents' authority for which a signature does not count for now.

    A court order that limits a parent waits for the district's answer (34 CFR 99.4). In some states
    a parent without legal custody may not sign.

    Args:
        consent: the written consent.
        person: facts of the child on that day.
        signers: who may sign under the law of the state of the child's organization.

    Returns:
        The rule's card; ``None`` if neither applies.
    """
    if person.court_order:
        return SIGNED_FORM_CARDS[consent.basis].order
    if person.custodians and is_signed_without_custody(consent, person):
        return signers.find_custody_card(frozenset(signers.custody))
    return None


def find_consent_status(
    consent: WrittenConsent,
    person: PersonFact,
    policy: LocalPolicy,
    signers: StateSigners,
    on: date,
) -> ConsentStatus:
    """Find the status of one consent of a person on a date; a consent without a defect is live.

    Args:
        consent: the written consent.
        person: facts of the child on that day.
        policy: settings of the partnership.
        signers: who may sign under the law of the state of the child's organization.
        on: the day that the decision is for.

    Returns:
        The first status that applies.
    """
    if consent.superseded_by:
        return ConsentStatus.SUPERSEDED
    if consent.revoked_on is not None and consent.revoked_on <= on:
        return ConsentStatus.REVOKED
    student = find_rights_holder(consent, person, on)
    passes = policy.rights_pass_at_18
    defects = set(find_consent_defects(consent, student, on, passes=passes, replaced=False))
    if ConsentDefect.TERM in defects:
        has_ended = consent.ends is not None and consent.ends < on
        return ConsentStatus.EXPIRED if has_ended else ConsentStatus.NOT_YET
    if find_signer_authority_card(consent, person, signers) is not None:
        return ConsentStatus.SIGNER_AUTHORITY
    return next(
        (status for defect, status in _STATUS_OF_DEFECT.items() if defect in defects),
        ConsentStatus.LIVE,
    )


def may_collector_read_answer(
    state: ConsentState,
    consent: WrittenConsent | None,
    person: PersonFact,
    policy: LocalPolicy,
    signers: StateSigners,
    on: date,
) -> bool:
    """Report whether a program still sees an answer that it collected for another's child.

    The program sees an answer that it must correct or recorded itself, and a yes that is waiting or
    live. A yes that is neither disappears for the program, and every cause looks alike: revoked,
    expired, passed to the student, on hold or disputed.

    Args:
        state: the present state of the answer.
        consent: the written consent; ``None`` if the answer is not a yes.
        person: facts of the child on that day.
        policy: settings of the partnership.
        signers: who may sign under the law of the state of the child's organization.
        on: the day that the decision is for.

    Returns:
        True if the program may read the answer.
    """
    if state in _COLLECTOR_EDITABLE_STATES:
        return True
    if consent is None:
        return False
    scopes = {fact.scope for fact in person.opt_outs or ()}
    is_stopped = (
        person.opt_outs is None
        or OptOutScope.ALL_DISCRETIONARY in scopes
        or person.parents_conflict
        or bool(person.hold)
        or person.nations is None
        or bool(person.nations)
        or person.withheld is None
        or consent.records <= person.withheld
    )
    status = find_consent_status(consent, person, policy, signers, on)
    return status in (ConsentStatus.LIVE, ConsentStatus.UNVERIFIED) and not is_stopped


def find_consent_event_action(event: str) -> Action:
    """Find the action that performs an event of the consent lifecycle.

    Args:
        event: event of the consent lifecycle, such as "verify".
    Returns:
        The action.
    Raises:
        LookupError: if the consent lifecycle has no such event.
    """
    action = next((step.action for step in CONSENT_TRANSITIONS if step.event == event), None)
    if action is None:
        raise LookupError(f"Nothing in the life of a consent is called {event!r}.")
    return action


def require_consent_event(event: str, states: frozenset[ConsentState]) -> tuple[BoundCheck, ...]:
    """List the checks that an event is possible in each of these states.

    Args:
        event: event of the consent lifecycle, such as "verify".
        states: present states of the consents.
    Returns:
        The checks.
    """
    return tuple(check_consent_event(event, state) for state in sorted(states))


@policy_check(cards.EVENT)
def check_consent_event(on: date, event: str, state: ConsentState) -> Reason:
    """Check that the event is possible in this state of a consent."""
    met = find_next_state(CONSENT_TRANSITIONS, state, event) is not None
    return Reason.from_card(cards.EVENT, met=met, state=label_code(state), event=event)


@policy_check(cards.DISAGREE)
def check_signers_disagree(on: date, disagree: bool) -> Reason:  # noqa: FBT001 - a fact, no switch
    """Check that the signers disagree.

    Args:
        on: date of the check.
        disagree: whether the signers disagree.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.DISAGREE, met=disagree)


@policy_check(cards.COLLECTOR)
def check_form_collector(on: date, form: ConsentFormFact, collector: str) -> Reason:
    """Check that the form names the organization that collected it.

    Args:
        on: date of the check.
        form: facts of the consent form.
        collector: slug of the organization that collected the forms.
    Returns:
        One reason.
    """
    met = collector == form.organization or collector in form.parties
    return Reason.from_card(cards.COLLECTOR, met=met, collector=collector)


@policy_check(cards.FORM_OPEN)
def check_form_offered(on: date, form: ConsentFormFact) -> Reason:
    """Check that the form is offered now.

    Args:
        on: date of the check.
        form: facts of the consent form.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.FORM_OPEN, met=form.offered)


@policy_check(cards.RIGHTS_HOLDER)
def check_signer_holds_rights(on: date, relation: SignerRelation, person: PersonFact) -> Reason:
    """Check that the signer holds the right: a parent until the rights pass, then the student only.

    Args:
        on: date of the check.
        relation: relation of the signer to the child.
        person: facts of the child on that day.
    Returns:
        One reason.
    """
    have_passed = have_rights_passed_to_student(person, on)
    met = (
        relation is SignerRelation.STUDENT
        if have_passed
        else relation is not SignerRelation.STUDENT
    )
    return Reason.from_card(cards.RIGHTS_HOLDER, met=met)


def have_rights_passed_since(
    birth_date: date | None, college_start: date | None, printed_on: date, on: date
) -> bool:
    """Report whether the rights passed to the student after a letter was printed (34 CFR 99.5(a)).

    The letter went to the parents; the page that it opens now belongs to the student.

    Args:
        birth_date: date of birth, which sets the day of majority; ``None`` if unknown.
        college_start: the day from which the student is known to attend college; ``None`` if
            unknown.
        printed_on: the day on which the letter was printed.
        on: the day to check.

    Returns:
        True if either day lies after the printing and not after ``on``.
    """
    transfer_days = (find_majority_date(birth_date) if birth_date else None, college_start)
    return any(day is not None and printed_on < day <= on for day in transfer_days)


def has_signer_conflict(answers: Iterable[FormAnswer], decided_at: datetime | None) -> bool:
    """Report whether two holders of the right disagree about one form and no decision followed.

    Only the last answer of each signer counts. Once the student has answered, only the student's
    counts.

    Args:
        answers: every answer to the form.
        decided_at: when the district last decided a conflict; ``None`` if never.

    Returns:
        True if the answers conflict.
    """
    ordered = sorted(answers, key=lambda voice: voice.at)
    student_answers = [answer for answer in ordered if answer.relation is SignerRelation.STUDENT]
    last_answers = {answer.signer: answer for answer in student_answers or ordered}
    if {answer.says for answer in last_answers.values()} != {True, False}:
        return False
    return decided_at is None or decided_at < max(answer.at for answer in last_answers.values())
