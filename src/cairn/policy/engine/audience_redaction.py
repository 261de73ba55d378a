"""Redact a decision for each audience, because a reason can itself disclose.

The data owner's steward sees every reason for each student. A recipient sees what is allowed; of
the rest it sees only the number of students, and not even that when the number is small. Two
decisions that allow the same read the same to a recipient, for any reasons. A family sees its own
child. The public sees nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from cairn.policy.engine.decision import ABOUT_PEOPLE, Decision, Obligation, Reason
from cairn.policy.facts import CONSERVATIVE_POLICY, Actor
from cairn.policy.law import NOT_COVERED, NOT_PUBLIC, SOME_LEFT_OUT, UNMET_CONDITION
from cairn.policy.law.cards.governance import access as access_cards
from cairn.policy.law.cards.governance import agreement as agreement_cards
from cairn.policy.law.cards.governance import agreement_draft as agreement_draft_cards
from cairn.policy.law.cards.governance import committee as committee_cards
from cairn.policy.law.cards.governance import file_request as file_request_cards
from cairn.policy.law.cards.governance import survey as survey_cards
from cairn.policy.law.cards.outputs import extract as extract_cards
from cairn.policy.law.cards.outputs import release as release_cards
from cairn.policy.law.cards.outputs import release_content as release_content_cards
from cairn.policy.law.cards.outputs import survey_figures as survey_figures_cards
from cairn.policy.law.cards.services import staff_assignment as assignment_cards
from cairn.policy.vocabulary import Audience, ConsentStatus, OrganizationKind, Outcome, Role

__all__ = [
    "acts_for_all_owners",
    "find_agreement_audience",
    "find_audience",
    "is_duty_visible_to",
    "is_own_access_reason",
    "is_workflow_step",
    "mask_small_number",
    "redact_consent_status",
    "redact_decision",
    "reveals_special_class",
]

RedactedDecision = dict[str, Any]

# What the reader can resolve alone: their own sign-in, role, training.
_OWN_ACCESS_CODES: Final = frozenset(card.id for card in access_cards.ALL)

# The steps of an agreement, of a vote, or of the check of figures against published ones:
# they concern no child, and hiding them would protect no one.
_DIFFERENCING_CARDS: Final = (
    release_cards.TELLS_OF_FEW,
    release_cards.OTHER_CHILDREN,
    release_cards.ANOTHER_FIGURE,
    release_cards.ANOTHER_VERSION,
    release_cards.HIDES_PUBLIC,
    release_cards.CHECK_TOO_OLD,
    release_cards.NOT_ASKED_ALL,
)

# Also the step that a release has reached: its author reads what to do next.
_RELEASE_STEP_CARDS: Final = (
    release_cards.STATE,
    release_cards.AUTHOR,
    release_cards.ONCE,
    release_cards.TWO_REVIEWS,
    release_cards.BOTH_IN,
    release_cards.BLIND,
    release_cards.RETURNED,
    release_cards.SAFE,
    release_cards.STORY,
    release_cards.OWNER_ASKED,
    release_cards.OWNER_CONFIRMED,
    release_cards.OWNER_NOTIFIED,
    release_cards.OWNER_SILENT,
    release_cards.OWNER_CORRECTS,
    release_cards.NOT_ASKED,
    release_cards.REPORTED,
    release_cards.WRONG_FIGURE,
)

# Also the steps of an extract: its recipient, whether it was downloaded, when its link expires.
_EXTRACT_STEP_CARDS: Final = (
    extract_cards.STATE,
    extract_cards.RECIPIENT,
    extract_cards.ONCE,
    extract_cards.LINK,
    extract_cards.TERMS,
    extract_cards.NOT_BY_ITS_RECIPIENT,
    extract_cards.WITHDRAWN,
)

# Who sends which file, how and under which agreement: the sender's staff must read what to change.
_SUBMISSION_CARDS: Final = (
    agreement_cards.WRONG_AGREEMENT,
    agreement_cards.SENDER,
    agreement_cards.CHANNEL,
    agreement_cards.CONTACT,
    agreement_cards.FILE_NAME,
)

_WORKFLOW_STEP_CODES: Final = frozenset(
    card.id
    for card in (
        *agreement_draft_cards.ALL,
        *committee_cards.ALL,
        *file_request_cards.ALL,
        *assignment_cards.PERSONAL_CARDS,
        *survey_cards.ALL,
        *survey_figures_cards.ALL,
        *release_content_cards.CATEGORY_MERGING_CARDS,
        *_DIFFERENCING_CARDS,
        *_RELEASE_STEP_CARDS,
        *_EXTRACT_STEP_CARDS,
        *_SUBMISSION_CARDS,
    )
)

# What a recipient has to do. A duty from a law about one class of records would reveal
# the class, so it is not listed.
_RECIPIENT_DUTY_CODES: Final = frozenset({"R17", "DESTROY", "GIVE_BACK", "SUPPRESS", "SEND_BACK"})

_SPECIAL_CLASS_CODE_PREFIX: Final = "L"
_NOT_COVERED_MESSAGE: Final = "The agreement does not cover this. Ask the data owner."


def redact_decision(
    decision: Decision,
    audience: Audience,
    *,
    child: str = "",
    told_from: int = CONSERVATIVE_POLICY.told_from,
) -> RedactedDecision:
    """Convert a decision to plain JSON with only what one audience may learn.

    Args:
        decision: the decision.
        audience: reader.
        child: key of the family's own child, for a family.
        told_from: smallest number of students that a recipient sees as a number.
    Returns:
        JSON values.
    """
    if audience is Audience.RECIPIENT:
        return _redact_for_recipient(decision, told_from)
    if audience is Audience.FAMILY:
        return _redact_for_family(decision, child)
    return _BY_AUDIENCE[audience](decision)


def _redact_for_steward(decision: Decision) -> RedactedDecision:
    return {
        "decision": decision.decision_id,
        "outcome": decision.outcome.value,
        "action": decision.action.value,
        "on": decision.on.isoformat(),
        "actor": decision.actor,
        "purpose": decision.purpose.value if decision.purpose else None,
        "agreements": list(decision.agreements),
        "basis": decision.basis.value if decision.basis else None,
        "elements": _dump_answers(decision.elements),
        "coarser": dict(decision.coarser),
        "people": _dump_answers(decision.people),
        "partly": {child: sorted(allowed) for child, allowed in decision.partly.items()},
        "reasons": [_dump_reason(reason) for reason in decision.reasons],
        "obligations": [_dump_obligation(obligation) for obligation in decision.obligations],
        "minimum_cell": decision.minimum_cell,
        "ends_on": decision.ends_on.isoformat() if decision.ends_on else None,
        "ruleset": decision.ruleset,
        "facts_hash": decision.facts_hash,
    }


def _redact_for_recipient(decision: Decision, told_from: int) -> RedactedDecision:
    allowed = decision.allowed
    usable = {Outcome.ALLOW, Outcome.COARSEN} if allowed else set()
    elements = {
        element: (answer if answer in usable else Outcome.DENY).value
        for element, answer in decision.elements.items()
    }
    people = sorted(decision.included | decision.partly.keys()) if allowed else []
    return {
        "decision": decision.decision_id,
        "outcome": _redact_outcome(decision).value,
        "action": decision.action.value,
        "on": decision.on.isoformat(),
        "agreements": list(decision.agreements),
        "elements": elements,
        "coarser": dict(decision.coarser) if allowed else {},
        "people": people,
        "partly": {
            student: sorted(allowed_elements)
            for student, allowed_elements in decision.partly.items()
        }
        if allowed
        else {},
        "not_available": mask_small_number(len(decision.people) - len(people), told_from),
        "reasons": _list_recipient_reasons(decision, elements),
        "obligations": [
            _dump_obligation(obligation)
            for obligation in decision.obligations
            if allowed and is_duty_visible_to(obligation, Audience.RECIPIENT)
        ],
    }


# Causes that lie with the signer or the student's age. If custody alone read as "not in effect",
# the words would disclose it.
_SIGNER_STATUSES: Final = frozenset(
    {
        ConsentStatus.SIGNER_AUTHORITY,
        ConsentStatus.SIGNER_UNSETTLED,
        ConsentStatus.AGE_UNKNOWN,
        ConsentStatus.INCOMPLETE,
    }
)


def redact_consent_status(
    status: ConsentStatus, message: str, audience: Audience
) -> tuple[ConsentStatus, str]:
    """Redact why a consent is not in effect, because custody and court orders are confidential.

    Args:
        status: status of the consent on a day.
        message: the reason for the owner's steward; empty if the status says it all.
        audience: reader.
    Returns:
        The status and the reason that this reader may know.
    """
    if audience is Audience.STEWARD or status not in _SIGNER_STATUSES:
        return status, message
    return ConsentStatus.NOT_IN_EFFECT, UNMET_CONDITION


def find_audience(actor: Actor, owners: frozenset[str], on: date) -> Audience:
    """Find in which audience a person reads a decision about the data of these owners.

    The hub's data manager, who keeps the data, and a person who acts for each of the owners read
    every
    reason. One owner reads no reasons about another's students, and a recipient's own steward is a
    recipient. Data with an unknown owner belong to no owner.

    Args:
        actor: the reader.
        owners: organizations that own the data.
        on: date of reading.
    Returns:
        The audience.
    """
    return _choose_audience(actor, on, sees_all=acts_for_all_owners(actor, owners, on))


def acts_for_all_owners(actor: Actor, owners: frozenset[str], on: date) -> bool:
    """Tell whether a person acts for each of these owners.

    Only they may see what an owner sees of its own rows; the hub's data manager, who holds the
    file,
    may not.

    Args:
        actor: the reader.
        owners: organizations that own the data.
        on: date of reading.
    Returns:
        True if there are owners and the person acts for all of them.
    """
    return bool(owners) and owners <= _represented_organizations(actor, on)


def find_agreement_audience(actor: Actor, parties: frozenset[str], on: date) -> Audience:
    """Find in which audience a person reads why an agreement between these parties is in force.

    Each party reads every reason about its own agreement, which names no child; so does the hub's
    data
    manager.

    Args:
        actor: the reader.
        parties: parties of the agreement.
        on: date of reading.
    Returns:
        The audience.
    """
    return _choose_audience(
        actor, on, sees_all=not parties.isdisjoint(_represented_organizations(actor, on))
    )


def _represented_organizations(actor: Actor, on: date) -> frozenset[str]:
    return actor.list_organizations(on, Role.STEWARD, Role.COUNSEL, Role.DATA_MANAGER)


def _choose_audience(actor: Actor, on: date, *, sees_all: bool) -> Audience:
    if actor.list_roles(on) == {Role.PUBLIC}:
        return Audience.PUBLIC
    is_data_manager = any(
        affiliation.kind is OrganizationKind.BACKBONE and affiliation.role is Role.DATA_MANAGER
        for affiliation in actor.affiliations
        if affiliation.is_active(on)
    )
    return Audience.STEWARD if sees_all or is_data_manager else Audience.RECIPIENT


def mask_small_number(count: int, told_from: int) -> int | str:
    """Show a number of students, unless it is so small that it could identify one.

    Args:
        count: number of students.
        told_from: smallest number that is shown.
    Returns:
        The number, or text such as "fewer than 10".
    """
    return count if count == 0 or count >= told_from else f"fewer than {told_from}"


def _redact_outcome(decision: Decision) -> Outcome:
    """Return the outcome without what only one student's case or one class of records explains."""
    if decision.allowed:
        return decision.outcome
    effects = {reason.effect for reason in decision.refusals if not reason.about}
    return Outcome.NEEDS_PERSON if effects == {Outcome.NEEDS_PERSON} else Outcome.DENY


def _list_recipient_reasons(
    decision: Decision, elements: Mapping[str, str]
) -> list[RedactedDecision]:
    """List one line per cause that the recipient may know, each once."""
    lines = [_redact_request_reason(reason) for reason in decision.refusals if not reason.about]
    lines += [
        {"code": "ELEMENT", "message": NOT_COVERED.format(element=element)}
        for element, answer in elements.items()
        if answer == Outcome.DENY.value
    ]
    if decision.people and decision.people.keys() != decision.included:
        lines.append({"code": "PEOPLE", "message": SOME_LEFT_OUT})
    return list({str(line): line for line in lines}.values())


def is_duty_visible_to(obligation: Obligation, audience: Audience) -> bool:
    """Tell whether an audience sees a duty; a recipient sees only what it must do itself.

    Args:
        obligation: the duty.
        audience: reader.
    Returns:
        True if the reader sees it.
    """
    if audience is Audience.STEWARD:
        return True
    return audience is Audience.RECIPIENT and obligation.code in _RECIPIENT_DUTY_CODES


def is_own_access_reason(reason: Reason) -> bool:
    """Tell whether the reader can resolve this reason alone: their own sign-in, role or training.

    Such a reason is shown with its next step to any audience.

    Args:
        reason: the reason.
    Returns:
        True if it concerns the reader's own access.
    """
    return reason.code in _OWN_ACCESS_CODES


def is_workflow_step(reason: Reason) -> bool:
    """Tell whether a reason only says which step an agreement, vote or release has reached.

    Staff read such a reason in full.

    Args:
        reason: the reason.
    Returns:
        True for a workflow step.
    """
    return reason.code in _WORKFLOW_STEP_CODES


def reveals_special_class(reason: Reason) -> bool:
    """Tell whether the cited law would reveal to a recipient a student's special class.

    Args:
        reason: the reason.
    Returns:
        True if the citation must be hidden from a recipient.
    """
    return bool(reason.about) or reason.code.startswith(_SPECIAL_CLASS_CODE_PREFIX)


def _redact_request_reason(reason: Reason) -> RedactedDecision:
    """Redact a reason about the whole request: in full if the reader can resolve it, else in
    short.
    """
    if reveals_special_class(reason):
        return {"code": "AGREED", "message": _NOT_COVERED_MESSAGE}
    line = {"code": reason.code, "message": reason.message_for(Audience.RECIPIENT)}
    if is_own_access_reason(reason):
        line |= {"citation": reason.citation, "next_step": reason.next_step}
    return line


def _redact_for_family(decision: Decision, child: str) -> RedactedDecision:
    """Return what concerns one child: whether data are shared, and if not, why."""
    answer = decision.people.get(child, Outcome.DENY) if decision.allowed else Outcome.DENY
    shared = answer in (Outcome.ALLOW, Outcome.ALLOW_SUBSET)
    elements = decision.partly.get(child, decision.usable) if shared else frozenset()
    own_reasons = [
        reason
        for reason in decision.refusals
        if reason.about != ABOUT_PEOPLE or child in reason.people
    ]
    return {
        "shared": shared,
        "on": decision.on.isoformat(),
        "action": decision.action.value,
        "purpose": decision.purpose.value if decision.purpose else None,
        "agreements": list(decision.agreements),
        "elements": sorted(elements),
        "reasons": list(
            dict.fromkeys(reason.message_for(Audience.FAMILY) for reason in own_reasons)
        ),
    }


def _redact_for_public(decision: Decision) -> RedactedDecision:
    return {"message": NOT_PUBLIC}


def _dump_answers(answers: Mapping[str, Outcome]) -> dict[str, str]:
    return {key: answer.value for key, answer in answers.items()}


def _dump_reason(reason: Reason) -> RedactedDecision:
    return {
        "code": reason.code,
        "effect": reason.effect.value,
        "message": reason.message,
        "citation": reason.citation,
        "next_step": reason.next_step,
        "about": reason.about,
        "people": list(reason.people),
    }


def _dump_obligation(obligation: Obligation) -> RedactedDecision:
    due = obligation.due.isoformat() if obligation.due else None
    return {
        "code": obligation.code,
        "message": obligation.message,
        "citation": obligation.citation,
        "due": due,
    }


_BY_AUDIENCE: Final[Mapping[Audience, Callable[[Decision], RedactedDecision]]] = MappingProxyType(
    {Audience.STEWARD: _redact_for_steward, Audience.PUBLIC: _redact_for_public}
)
