"""Find why nothing about one student is shared under an agreement, for the family's own page."""

from datetime import date

from cairn.policy.checks.students.consent_status import find_consent_status
from cairn.policy.checks.students.state_signers import StateSigners
from cairn.policy.checks.students.student_access import MANDATORY_BASES
from cairn.policy.facts import AgreementFact, LocalPolicy, PersonFact, WrittenConsent
from cairn.policy.law import BASIS_PACKS, SIGNED_FORM_BASES
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    AnswerView,
    ConsentStatus,
    OptOutScope,
    PersonRequirement,
    ShareObstacle,
)

__all__ = ["find_answer_view", "find_share_obstacle", "may_family_opt_out"]


def find_answer_view(person: PersonFact, *, is_own: bool) -> AnswerView:
    """Find how much of one answer about a student the holder of the family's code sees.

    Several people may hold the code. The page names none of them as a signer, and while two of
    them disagree, it keeps each answer from the other.

    Args:
        person: facts of the student on the day.
        is_own: whether the person who reads gave the answer in this session.
    Returns:
        The view.
    """
    if is_own:
        return AnswerView.OWN
    return AnswerView.ON_HOLD if person.parents_conflict else AnswerView.UNSIGNED


def may_family_opt_out(agreement: AgreementFact) -> bool:
    """Tell whether a family's opt-out of optional sharing leaves its child out.

    Args:
        agreement: the agreement.
    Returns:
        False for bases on which the law leaves no choice.
    """
    return agreement.basis not in MANDATORY_BASES


def find_share_obstacle(
    agreement: AgreementFact,
    person: PersonFact,
    policy: LocalPolicy,
    signers: StateSigners,
    on: date,
) -> ShareObstacle | None:
    """Find what the family decided that keeps an agreement from sharing data about one student.

    A form for one recipient, purpose or legal basis opens nothing for another. What the school
    withholds is not among the obstacles: the family reads its own choices here. A form that does
    not count because of custody or a court order reads as no form: one parent must not learn from
    the page what is on record about the other.

    Args:
        agreement: an agreement in force.
        person: facts of the student on that day.
        policy: settings of the partnership.
        signers: who may sign under the law of the state of the student's organization.
        on: the day.
    Returns:
        The first obstacle that applies; ``None`` if there is none.
    """
    scopes = {opt_out.scope for opt_out in person.opt_outs or ()}
    needs_form = agreement.basis in SIGNED_FORM_BASES
    if needs_form and person.parents_conflict:
        return ShareObstacle.ON_HOLD
    if may_family_opt_out(agreement) and OptOutScope.ALL_DISCRETIONARY in scopes:
        return ShareObstacle.OPTED_OUT
    is_directory = BASIS_PACKS[agreement.basis].person is PersonRequirement.NO_DIRECTORY_OPT_OUT
    if is_directory and OptOutScope.DIRECTORY in scopes:
        return ShareObstacle.OPTED_OUT_OF_DIRECTORY
    if needs_form and not any(
        _covers_agreement(consent, agreement)
        and find_consent_status(consent, person, policy, signers, on) is ConsentStatus.LIVE
        for consent in person.consents
    ):
        return ShareObstacle.NO_PERMISSION
    return None


def _covers_agreement(consent: WrittenConsent, agreement: AgreementFact) -> bool:
    """Tell whether a form of the agreement's basis names a recipient and a purpose of it."""
    recipients = [party for party in agreement.parties if party.role in RECIPIENT_ROLES]
    names_recipient = any(
        party.organization in consent.parties or party.kind in consent.classes
        for party in recipients
    )
    is_for_purpose = not consent.purposes.isdisjoint(agreement.purposes)
    return consent.basis is agreement.basis and names_recipient and is_for_purpose
