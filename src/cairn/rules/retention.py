"""How long data may be kept, and who may destroy them."""

from datetime import date, timedelta
from typing import Final

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision
from cairn.rules.question import question
from cairn.rules.vocabulary import RECIPIENTS, Action, PartyRole

FROM_DELIVERY: Final = "delivery"
FROM_END: Final = "agreement_end"


def destroy_by(agreement: Agreement, received_on: date) -> date | None:
    """The last day on which a delivery may be kept; ``None`` where no period is stated.

    Counted from the day of delivery, or from the agreement's last day where the text says so and
    the last day is known: never later than the text allows.
    """
    if agreement.retention.period_days is None:
        return None
    begins = received_on
    ends = last_day(agreement)
    if agreement.retention.counted_from == FROM_END and ends is not None:
        begins = max(received_on, ends)
    return begins + timedelta(days=agreement.retention.period_days)


def last_day(agreement: Agreement) -> date | None:
    """The day on which an agreement ends or was terminated; ``None`` where none is known."""
    ends = agreement.terminated_on or agreement.ends
    return None if ends == UNTIL_TERMINATED else ends


@question
def may_destroy(agreement: Agreement, actor: Actor, on: date) -> Decision:
    """Whether this person may destroy what came under an agreement; it need not be in force."""
    return _concerning(Action.DESTROY, agreement, actor, on)


@question
def may_view_duties(agreement: Agreement, actor: Actor, on: date) -> Decision:
    """Whether this person may see what must be destroyed of an agreement: its parties' people."""
    return _concerning(Action.VIEW_DUTIES, agreement, actor, on)


def _concerning(action: Action, agreement: Agreement, actor: Actor, on: date) -> Decision:
    request = Request(
        action=action,
        actor=actor,
        facts=(agreement,),
        who=who(action, actor, agreement.organizations(PartyRole.PROVIDER, *RECIPIENTS)),
    )
    return decide(request, on)
