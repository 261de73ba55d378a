"""Check a file request: whether its link still takes a file, and who sent one."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import AgreementFact, DeliveryFact, FileRequestFact
from cairn.policy.law.cards.governance import file_request as cards

__all__ = ["check_link_takes_file", "check_sender_is_named"]

MAX_TRIES: Final = 20
"""Number of files that may be tried with one link; a rule of this software."""


@policy_check(
    cards.REQUEST_WITHDRAWN, cards.REQUEST_ANSWERED, cards.REQUEST_ENDED, cards.REQUEST_TRIES
)
def check_link_takes_file(on: date, request: FileRequestFact) -> Iterator[Reason]:
    """Check that the link of a request was not withdrawn, used or tried too often, or ended.

    Args:
        on: date of the check.
        request: facts of the request.
    Returns:
        The first refusal, or the four reasons for which it works.
    """
    ended = request.link_ends_on.isoformat()
    for card, is_met in (
        (cards.REQUEST_WITHDRAWN, not request.is_withdrawn),
        (cards.REQUEST_ANSWERED, not request.is_answered),
        (cards.REQUEST_ENDED, on <= request.link_ends_on),
        (cards.REQUEST_TRIES, request.tries < MAX_TRIES),
    ):
        yield Reason.from_card(card, met=is_met, asker=request.asker, ended=ended)
        if not is_met:
            return


@policy_check(cards.NAMED_SENDER)
def check_sender_is_named(on: date, delivery: DeliveryFact, agreement: AgreementFact) -> Reason:
    """Check that the agreement names the person who sent a file as a contact of the sender.

    Args:
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        One reason.
    """
    named = {email.casefold() for _name, email in agreement.delivery.contacts}
    return Reason.from_card(
        cards.NAMED_SENDER,
        met=delivery.brought_by.casefold() in named,
        agreement=agreement.reference,
    )
