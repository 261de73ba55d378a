"""How long data may be kept, and who may destroy them."""

from datetime import date, timedelta
from typing import Final

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.basis import RECIPIENTS
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import Action, PartyRole

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
    last_day = agreement.terminated_on or agreement.ends
    if agreement.retention.counted_from == FROM_END and last_day and last_day != UNTIL_TERMINATED:
        begins = max(received_on, last_day)
    return begins + timedelta(days=agreement.retention.period_days)


def may_destroy(agreement: Agreement, actor: Actor, on: date) -> Decision:
    """Whether this person may destroy what came under an agreement; it need not be in force."""
    organizations = agreement.organizations(PartyRole.PROVIDER, *RECIPIENTS)
    request = Request(
        action=Action.DESTROY,
        actor=actor,
        facts=(agreement,),
        who=who(Action.DESTROY, actor, organizations),
    )
    return decide(request, on)
