"""Check a draft agreement: its state, text, counsel reviews and signatures."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import Actor, AgreementFact, ClauseKind, DraftFact, PaperSignatureFact
from cairn.policy.law.cards.governance import agreement_draft as cards
from cairn.policy.lifecycles import AGREEMENT_TRANSITIONS, find_next_state, list_states_allowing
from cairn.policy.lint import find_confirmation_key, is_criterion_finding
from cairn.policy.vocabulary import AgreementState, PartyRole, label_code

__all__ = [
    "check_agreement_party",
    "check_agreement_state",
    "check_confirmation_link",
    "check_confirmed_by_signer",
    "check_counsel_reviewed",
    "check_criterion_open",
    "check_draft_owner",
    "check_draft_parses",
    "check_draft_party",
    "check_finding_open",
    "check_joined_agreement",
    "check_no_open_findings",
    "check_not_overtaken",
    "check_not_reviewed_before",
    "check_not_signed_before",
    "check_open_to_joinder",
    "check_parties_registered",
    "check_signed_text_unchanged",
]


@policy_check(cards.STATE)
def check_agreement_state(on: date, state: AgreementState, event: str) -> Reason:
    """Check that the event is possible in this state of an agreement.

    Args:
        on: date of the check.
        state: present state of the agreement.
        event: event of the agreement lifecycle, such as "sign".
    Returns:
        One reason.
    """
    allowed = ", ".join(
        label_code(allowed_state)
        for allowed_state in list_states_allowing(AGREEMENT_TRANSITIONS, event)
    )
    return Reason.from_card(
        cards.STATE,
        met=find_next_state(AGREEMENT_TRANSITIONS, state, event) is not None,
        state=label_code(state),
        event=event,
        allowed=allowed,
    )


@policy_check(cards.READABLE)
def check_draft_parses(on: date, draft: DraftFact) -> Reason:
    """Check that the text of a draft can be parsed.

    Args:
        on: date of the check.
        draft: facts of the draft.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.READABLE, met=not draft.mistakes, agreement=draft.reference, n=draft.mistakes
    )


@policy_check(cards.REGISTERED)
def check_parties_registered(on: date, draft: DraftFact) -> Iterator[Reason]:
    """Check that every party is in the partner register.

    Args:
        on: date of the check.
        draft: facts of the draft.
    Returns:
        A refusal for each party that is missing, else one reason.
    """
    for organization in draft.unregistered:
        yield Reason.from_card(cards.REGISTERED, met=False, organization=organization)
    if not draft.unregistered:
        yield Reason.from_card(cards.REGISTERED, met=True)


@policy_check(cards.FINDINGS)
def check_no_open_findings(on: date, draft: DraftFact) -> Reason:
    """Check that no finding of law is open.

    Args:
        on: date of the check.
        draft: facts of the draft.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.FINDINGS,
        met=not draft.findings,
        agreement=draft.reference,
        n=len(draft.findings),
        findings=", ".join(draft.findings),
    )


@policy_check(cards.REVIEWED)
def check_counsel_reviewed(on: date, draft: DraftFact) -> Iterator[Reason]:
    """Check that counsel of each data owner reviewed this text.

    Args:
        on: date of the check.
        draft: facts of the draft.
    Returns:
        A refusal for each owner that is missing, else one reason.
    """
    unreviewed_owners = sorted(draft.owners - draft.reviewed)
    for owner in unreviewed_owners:
        yield Reason.from_card(
            cards.REVIEWED, met=False, organization=owner, agreement=draft.reference
        )
    if not unreviewed_owners:
        yield Reason.from_card(cards.REVIEWED, met=True)


@policy_check(cards.JOINABLE)
def check_joined_agreement(on: date, draft: DraftFact) -> Iterator[Reason]:
    """Check that the agreement that a draft joins is on record and open to joinder.

    Args:
        on: date of the check.
        draft: facts of the draft.
    Returns:
        One reason; none where the draft joins no agreement.
    """
    if draft.base is not None:
        yield _build_joinder_reason(draft.base)
    elif draft.joins:
        yield Reason.from_card(cards.JOINABLE, met=False, agreement=draft.joins)


@policy_check(cards.OVERTAKEN)
def check_not_overtaken(on: date, draft: DraftFact) -> Iterator[Reason]:
    """Check that no other text went on record under this reference since the draft was started.

    Args:
        on: date of the check.
        draft: facts of the draft.
    Returns:
        A refusal if one did.
    """
    if draft.overtaken:
        yield Reason.from_card(cards.OVERTAKEN, met=False, agreement=draft.reference)


@policy_check(cards.CONFIRMED_BY_SIGNER)
def check_confirmed_by_signer(on: date, actor: Actor, recorded_by: str) -> Reason:
    """Check that the person who confirms a paper signature is not the one who recorded it.

    Args:
        on: date of the check.
        actor: the person who follows the link; the public without a sign-in.
        recorded_by: actor id of the person who recorded the signature.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.CONFIRMED_BY_SIGNER, met=actor.id != recorded_by)


@policy_check(cards.CONFIRMATION_LINK)
def check_confirmation_link(on: date, paper: PaperSignatureFact) -> Reason:
    """Check that the one-time link of a paper signature has not ended.

    Args:
        on: date of the check.
        paper: facts of the paper signature.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.CONFIRMATION_LINK,
        met=on <= paper.link_ends_on,
        ended=paper.link_ends_on.isoformat(),
        recorder=paper.recorder,
    )


@policy_check(cards.SIGNED_TEXT_UNCHANGED)
def check_signed_text_unchanged(on: date, draft: DraftFact, signed_digest: str) -> Reason:
    """Check that the draft's text is the one that was signed on paper.

    Args:
        on: date of the check.
        draft: facts of the draft.
        signed_digest: digest of the signed text.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.SIGNED_TEXT_UNCHANGED,
        met=draft.digest == signed_digest,
        agreement=draft.reference,
    )


@policy_check(cards.PARTY)
def check_draft_party(on: date, draft: DraftFact, organization: str) -> Reason:
    """Check that an organization is a party to the draft.

    Args:
        on: date of the check.
        draft: facts of the draft.
        organization: slug of the organization concerned.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.PARTY,
        met=organization in draft.parties,
        organization=organization,
        agreement=draft.reference,
        parties=", ".join(sorted(draft.parties)),
    )


@policy_check(cards.OWNER)
def check_draft_owner(on: date, draft: DraftFact, organization: str) -> Reason:
    """Check that an organization provides data under the draft.

    Args:
        on: date of the check.
        draft: facts of the draft.
        organization: slug of the organization concerned.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.OWNER,
        met=organization in draft.owners,
        organization=organization,
        agreement=draft.reference,
        owners=", ".join(sorted(draft.owners)),
    )


@policy_check(cards.OPEN_FINDING, cards.CRITERION_FINDING)
def check_finding_open(on: date, draft: DraftFact, finding: str) -> Iterator[Reason]:
    """Check that the finding to be overridden is open, and that counsel may accept it.

    A finding about a criterion of the legal basis is answered by confirming the criterion.

    Args:
        on: date of the check.
        draft: facts of the draft.
        finding: key of the finding of law.
    Returns:
        A refusal if it is not open, or is about a criterion.
    """
    if is_criterion_finding(finding):
        yield Reason.from_card(cards.CRITERION_FINDING, met=False, finding=finding)
    if finding not in draft.findings:
        yield Reason.from_card(
            cards.OPEN_FINDING, met=False, finding=finding, agreement=draft.reference
        )


@policy_check(cards.CRITERION_OPEN)
def check_criterion_open(on: date, draft: DraftFact, criterion: str) -> Iterator[Reason]:
    """Check that a criterion of the legal basis waits for the confirmation of counsel.

    Args:
        on: date of the check.
        draft: facts of the draft.
        criterion: key of the criterion.
    Returns:
        A refusal if it does not wait.
    """
    if find_confirmation_key(criterion) not in draft.findings:
        yield Reason.from_card(
            cards.CRITERION_OPEN, met=False, criterion=criterion, agreement=draft.reference
        )


@policy_check(cards.REVIEWED_ONCE)
def check_not_reviewed_before(on: date, draft: DraftFact, organization: str) -> Iterator[Reason]:
    """Check that counsel of an organization has not reviewed this text before.

    Args:
        on: date of the check.
        draft: facts of the draft.
        organization: slug of the organization that counsel reviews for.
    Returns:
        A refusal if it has.
    """
    if organization in draft.reviewed:
        yield Reason.from_card(
            cards.REVIEWED_ONCE, met=False, organization=organization, agreement=draft.reference
        )


@policy_check(cards.SIGNED_ONCE)
def check_not_signed_before(on: date, draft: DraftFact, organization: str) -> Iterator[Reason]:
    """Check that an organization has not signed this text before.

    Args:
        on: date of the check.
        draft: facts of the draft.
        organization: slug of the organization concerned.
    Returns:
        A refusal if it has.
    """
    if organization in draft.signed:
        yield Reason.from_card(
            cards.SIGNED_ONCE, met=False, organization=organization, agreement=draft.reference
        )


@policy_check(cards.PARTY)
def check_agreement_party(on: date, agreement: AgreementFact, organization: str) -> Reason:
    """Check that an organization is a party to an agreement.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
        organization: slug of the organization concerned.
    Returns:
        One reason.
    """
    parties = agreement.list_organizations(*PartyRole)
    return Reason.from_card(
        cards.PARTY,
        met=organization in parties,
        organization=organization,
        agreement=agreement.reference,
        parties=", ".join(sorted(parties)),
    )


@policy_check(cards.JOINABLE)
def check_open_to_joinder(on: date, agreement: AgreementFact) -> Reason:
    """Check that an agreement has a clause that lets others join.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
    Returns:
        One reason.
    """
    return _build_joinder_reason(agreement)


def _build_joinder_reason(agreement: AgreementFact) -> Reason:
    return Reason.from_card(
        cards.JOINABLE,
        met=bool(agreement.find_clause(ClauseKind.JOINDER)),
        agreement=agreement.reference,
    )
