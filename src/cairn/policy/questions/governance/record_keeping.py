"""Decide who may read the disclosure log, and who may destroy data or demand their destruction.

Also who may request the log's record and answer such a request, accept a certificate of
destruction, and view duties.
"""

from collections.abc import Iterable
from datetime import date

from cairn.policy import checks
from cairn.policy.checks import check_request_unanswered, require_actor_access
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AgreementFact, UnrecordedFileFact
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import RECIPIENT_ROLES, Action, DutyState, PartyRole

__all__ = [
    "may_accept_certificate",
    "may_answer_record_request",
    "may_demand_destruction",
    "may_destroy_data",
    "may_destroy_unrecorded_file",
    "may_open_destruction_list",
    "may_open_disclosure_log",
    "may_request_disclosure_record",
    "may_view_agreement_duties",
    "may_view_disclosure_line",
]


@policy_question
def may_open_disclosure_log(actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the disclosure log; each line in it is decided separately.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_DISCLOSURES, actor, on=on)


@policy_question
def may_view_disclosure_line(parties: Iterable[str], actor: Actor, on: date) -> Decision:
    """Decide whether a user may read one line of the log: those who act for one of its parties.

    Only the hub's own staff may read a line without a party.

    Args:
        parties: slugs of the organizations that are parties to the disclosure.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    organizations = frozenset(parties)
    request = PolicyRequest(
        action=Action.VIEW_DISCLOSURES,
        actor=actor,
        facts=(organizations,),
        access_checks=require_actor_access(Action.VIEW_DISCLOSURES, actor, organizations),
    )
    return decide_request(request, on)


@policy_question
def may_request_disclosure_record(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may request their organization's record of further disclosures.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_DISCLOSURES, actor, organization=organization, on=on)


@policy_question
def may_answer_record_request(*, answered: bool, actor: Actor, on: date) -> Decision:
    """Decide whether a user may mark an owner's request for its record as answered, once.

    Args:
        answered: whether the request was answered before.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.VERIFY,
        actor=actor,
        facts=(answered,),
        access_checks=require_actor_access(Action.VERIFY, actor),
        outcome_checks=(check_request_unanswered(answered),),
    )
    return decide_request(request, on)


@policy_question
def may_destroy_data(agreement: AgreementFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may destroy data received under an agreement, in force or not.

    Args:
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_for_parties(Action.DESTROY, agreement, actor, on)


@policy_question
def may_destroy_unrecorded_file(file: UnrecordedFileFact, on: date) -> Decision:
    """Decide whether the schedule may destroy a file of the store that no record names.

    No agreement and no duty leads to such a file, so no person is asked to destroy it. If many are
    found, a data manager confirms them first.

    Args:
        file: facts of the file.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_request(
        PolicyRequest(
            action=Action.DESTROY,
            actor=Actor.schedule(),
            facts=(file,),
            access_checks=(),
            outcome_checks=(
                checks.check_file_unrecorded(file),
                checks.check_unrecorded_wait_over(file),
                checks.check_unrecorded_files_few(file),
            ),
        ),
        on,
    )


@policy_question
def may_view_agreement_duties(agreement: AgreementFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user of a party may see what must be destroyed under an agreement.

    Args:
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_for_parties(Action.VIEW_DUTIES, agreement, actor, on)


def _decide_for_parties(
    action: Action, agreement: AgreementFact, actor: Actor, on: date
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(agreement,),
        access_checks=checks.require_actor_access(
            action, actor, agreement.list_organizations(PartyRole.PROVIDER, *RECIPIENT_ROLES)
        ),
    )
    return decide_request(request, on)


@policy_question
def may_demand_destruction(
    agreement: AgreementFact, owner: str, due: date, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may demand, for an owner, that its data be destroyed by a day.

    Args:
        agreement: facts of the agreement.
        owner: slug of the organization that owns the data.
        due: the day by which the data must be destroyed.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.DEMAND_DESTRUCTION,
        actor=actor,
        facts=(agreement, owner, due),
        access_checks=checks.require_actor_access(
            Action.DEMAND_DESTRUCTION, actor, frozenset({owner})
        ),
        authority_checks=(
            checks.check_data_owner(agreement, owner),
            checks.check_due_date_ahead(due),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_accept_certificate(owner: str, state: DutyState, actor: Actor, on: date) -> Decision:
    """Decide whether the owner's steward may accept or dispute a certificate of destruction, once.

    Args:
        owner: slug of the organization that owns the data.
        state: the present state of the duty.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.ACCEPT_CERTIFICATE,
        actor=actor,
        facts=(owner, state),
        access_checks=checks.require_actor_access(
            Action.ACCEPT_CERTIFICATE, actor, frozenset({owner})
        ),
        outcome_checks=(checks.check_destruction_certified(state),),
    )
    return decide_request(request, on)


@policy_question
def may_open_destruction_list(actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the list of duties; each duty in it is decided separately.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_DUTIES, actor, on=on)
