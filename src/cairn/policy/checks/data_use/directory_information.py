"""Check directory information against the annual notice (34 CFR 99.37)."""

from collections.abc import Iterable, Iterator
from datetime import date

from cairn.policy.engine import Reason
from cairn.policy.facts import AnnualNotice
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.legal_bases import directory_information as cards
from cairn.policy.vocabulary import Outcome


def check_directory_notice(
    notices: Iterable[AnnualNotice],
    provider: str,
    agreement: str,
    element: str,
    recipient: str,
    on: date,
) -> Iterator[Reason]:
    """Check that the latest notice makes an element directory information for a recipient.

    The notice has designated types, an opt-out window and limits. Without a notice on record
    nothing
    goes. ``agreement`` is the reference of the agreement concerned.
    """
    notice = _find_latest_notice(notices, provider, on)
    notice_facts = {"agreement": agreement, "key": "annual_notice", "said": ""}
    if notice is None:
        yield _build_directory_reason(cards.DIRECTORY_NOTICE, met=False, **notice_facts)
        return
    notice_facts["said"] = f"{provider} gave notice for {notice.season}."
    yield _build_directory_reason(cards.DIRECTORY_NOTICE, met=True, **notice_facts)
    is_designated = element in notice.directory
    notice_facts |= {
        "key": "designation",
        "said": f"the notice for {notice.season} names {element}.",
    }
    yield _build_directory_reason(cards.DIRECTORY, met=is_designated, **notice_facts)
    is_window_closed = notice.opt_out_until is not None and notice.opt_out_until < on
    notice_facts |= {"key": "opt_out_window", "said": f"families had until {notice.opt_out_until}."}
    yield _build_directory_reason(cards.OPT_OUT_WINDOW, met=is_window_closed, **notice_facts)
    is_within_limits = notice.limited_to is None or recipient in notice.limited_to
    yield _build_directory_reason(
        cards.LIMITED, met=is_within_limits, agreement=agreement, organization=recipient
    )


def _find_latest_notice(
    notices: Iterable[AnnualNotice], provider: str, on: date
) -> AnnualNotice | None:
    """Find the notice published last by a day; of two on one day, the one of the later season."""
    published = [n for n in notices if n.organization == provider and n.published_on <= on]
    return max(published, key=lambda n: (n.published_on, n.season), default=None)


def _build_directory_reason(card: RuleCard, *, met: bool, **facts: str) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
