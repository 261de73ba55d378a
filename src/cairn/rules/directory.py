"""Directory information goes out by the notice: its types, its window, its limits (99.37)."""

from collections.abc import Iterable, Iterator
from datetime import date

from cairn.rules.cards import directory as cards
from cairn.rules.circumstance import Notice
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import Outcome


def by_notice(
    notices: Iterable[Notice],
    provider: str,
    agreement: str,
    element: str,
    receiver: str,
    on: date,
) -> Iterator[Reason]:
    """Whether the provider's latest notice lets an element go to a receiver as directory
    information on a day. Without a notice on record nothing goes.

    ``agreement`` is the reference under which it is asked for.
    """
    notice = _latest(notices, provider, on)
    told = {"agreement": agreement, "key": "annual_notice", "said": ""}
    if notice is None:
        yield _reason(cards.DIRECTORY_NOTICE, met=False, **told)
        return
    told["said"] = f"{provider} gave notice for {notice.season}."
    yield _reason(cards.DIRECTORY_NOTICE, met=True, **told)
    designated = element in notice.directory
    told |= {"key": "designation", "said": f"the notice for {notice.season} names {element}."}
    yield _reason(cards.DIRECTORY, met=designated, **told)
    passed = notice.opt_out_until is not None and notice.opt_out_until < on
    told |= {"key": "opt_out_window", "said": f"families had until {notice.opt_out_until}."}
    yield _reason(cards.OPT_OUT_WINDOW, met=passed, **told)
    within = notice.limited_to is None or receiver in notice.limited_to
    yield _reason(cards.LIMITED, met=within, agreement=agreement, organization=receiver)


def _latest(notices: Iterable[Notice], provider: str, on: date) -> Notice | None:
    """The notice published last by a day; two of one day are the one of the later season."""
    mine = [n for n in notices if n.organization == provider and n.published_on <= on]
    return max(mine, key=lambda n: (n.published_on, n.season), default=None)


def _reason(card: RuleCard, *, met: bool, **facts: str) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
