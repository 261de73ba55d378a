"""Check directory information against the annual notice (34 CFR 99.37)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import AnnualNotice
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as cards

DIRECTORY_CARDS: Final = (
    cards.DIRECTORY_NOTICE,
    cards.DIRECTORY,
    cards.DIRECTORY_OPT_OUT_WINDOW,
    cards.DIRECTORY_LIMITED,
)


@policy_check(*DIRECTORY_CARDS)
def check_directory_notice(
    on: date,
    notices: Iterable[AnnualNotice],
    provider: str,
    agreement: str,
    element: str,
    recipient: str,
) -> Iterator[Reason]:
    """Check that the latest notice makes an element directory information for a recipient.

    The notice has designated types, an opt-out window and limits. Without a notice on record
    nothing goes. ``agreement`` is the reference of the agreement concerned.
    """
    notice = _find_latest_notice(notices, provider, on)
    notice_facts = {"agreement": agreement, "key": "annual_notice", "said": ""}
    if notice is None:
        yield Reason.from_card(cards.DIRECTORY_NOTICE, met=False, **notice_facts)
        return
    notice_facts["said"] = f"{provider} gave notice for {notice.season}."
    yield Reason.from_card(cards.DIRECTORY_NOTICE, met=True, **notice_facts)
    is_designated = element in notice.directory
    notice_facts |= {
        "key": "designation",
        "said": f"the notice for {notice.season} names {element}.",
    }
    yield Reason.from_card(cards.DIRECTORY, met=is_designated, **notice_facts)
    is_window_closed = notice.opt_out_until is not None and notice.opt_out_until < on
    notice_facts |= {"key": "opt_out_window", "said": f"families had until {notice.opt_out_until}."}
    yield Reason.from_card(cards.DIRECTORY_OPT_OUT_WINDOW, met=is_window_closed, **notice_facts)
    is_within_limits = notice.limited_to is None or recipient in notice.limited_to
    yield Reason.from_card(
        cards.DIRECTORY_LIMITED, met=is_within_limits, agreement=agreement, organization=recipient
    )


def _find_latest_notice(
    notices: Iterable[AnnualNotice], provider: str, on: date
) -> AnnualNotice | None:
    """Find the notice published last by a day; of two on one day, the one of the later season."""
    published = [
        notice
        for notice in notices
        if notice.organization == provider and notice.published_on <= on
    ]
    return max(published, key=lambda notice: (notice.published_on, notice.season), default=None)
