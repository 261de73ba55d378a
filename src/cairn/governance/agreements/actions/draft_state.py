"""Lock a draft and move it through the agreement lifecycle."""

from datetime import date, datetime

from django.utils import timezone

from cairn.governance.agreements.draft_facts import build_draft_fact
from cairn.governance.agreements.models import Draft
from cairn.governance.partners.api import Organization
from cairn.policy.facts import DraftFact
from cairn.policy.lifecycles import AGREEMENT_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import AgreementState


def lock_draft(draft: Draft, at: datetime) -> tuple[DraftFact, date]:
    """Lock a draft's row until the transaction ends, and build its fact.

    Every action on a draft starts with this.

    Args:
        draft: the draft's row; it is refreshed from the database.
        at: the moment of the action.

    Returns:
        The draft's fact and the local date of `at`.
    """
    draft.refresh_from_db(from_queryset=Draft.objects.select_for_update())
    on = timezone.localdate(at)
    return build_draft_fact(draft, on), on


def lock_draft_facts(*, draft: Draft, at: datetime) -> tuple[DraftFact]:
    """Lock a draft, and load its fact for a policy question.

    Args:
        draft: the draft's row; it is refreshed from the database.
        at: the moment of the action.

    Returns:
        The draft's fact.
    """
    draft_fact, _on = lock_draft(draft, at)
    return (draft_fact,)


def lock_draft_party_facts(
    *, draft: Draft, organization: Organization, at: datetime
) -> tuple[DraftFact, str]:
    """Lock a draft, and load the facts for a policy question about one of its parties.

    Args:
        draft: the draft's row; it is refreshed from the database.
        organization: the party.
        at: the moment of the action.

    Returns:
        The draft's fact and the slug of the party.
    """
    return (*lock_draft_facts(draft=draft, at=at), organization.slug)


def transition_draft(draft: Draft, event: str, at: datetime, why: str = "") -> None:
    """Move a draft to the state that an event leads to, and save it.

    The caller has asked the policy question for this event, which reads the same state table.

    Args:
        draft: the draft's row, locked.
        event: the event's name in the agreement lifecycle, such as "submit".
        at: the moment of the action.
        why: what to change, when the draft goes back to its writers.
    """
    next_draft_state = find_next_state(AGREEMENT_TRANSITIONS, AgreementState(draft.state), event)
    draft.state = next_draft_state.value if next_draft_state else draft.state
    draft.moved_at, draft.returned_why = at, why
    draft.save(update_fields=["state", "moved_at", "returned_why"])
