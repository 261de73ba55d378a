"""Check data against the owner's annual notice to families (34 CFR 99.7, 99.37).

A use of data and a data submission ask the same check. The notice itself is checked when the school
or district records, corrects or withdraws it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, element_check, policy_check
from cairn.policy.facts import (
    NOTICES_NOT_RECORDED,
    AgreementFact,
    AnnualNotice,
    DeliveryFact,
    OrganizationFact,
    RowsFact,
)
from cairn.policy.law import is_social_security_number, select_student_elements
from cairn.policy.law.cards.legal_bases import annual_notice as cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.vocabulary import (
    FERPA_AGENCY_KINDS,
    RECIPIENT_ROLES,
    LegalBasis,
    OptOutScope,
    Outcome,
    PartyRole,
)

__all__ = [
    "DIRECTORY_CARDS",
    "NoticeGap",
    "check_delivery_notice",
    "check_delivery_notice_given",
    "check_directory_notice",
    "check_notice_published",
    "check_notice_version",
    "check_noticed_element",
    "check_noticing_institution",
    "check_official_notice",
    "check_opt_out_period",
    "check_opt_outs_comparable",
    "does_delivery_need_notice",
    "find_latest_notice",
    "find_notice_gap",
    "has_annual_notice",
    "is_opt_out_window_open",
]


DIRECTORY_CARDS: Final = (
    ferpa_exceptions_cards.DIRECTORY_NOTICE,
    ferpa_exceptions_cards.DIRECTORY,
    ferpa_exceptions_cards.DIRECTORY_OPT_OUT_WINDOW,
    ferpa_exceptions_cards.DIRECTORY_LIMITED,
)

_OPT_OUT_SCOPES: Final = frozenset({OptOutScope.DIRECTORY, OptOutScope.ALL_DISCRETIONARY})
_STUDENT_ID: Final = ".local_id"
"""How the element ends that names each student by the sender's own ID."""


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
    nothing goes but records about no student, such as a list of schools.

    Args:
        on: date of the check.
        notices: annual notices on record.
        provider: slug of the owner of the records.
        agreement: reference of the agreement concerned.
        element: data element (``record.field``).
        recipient: slug of the organization that receives it.
    Returns:
        One reason for each condition, or a refusal where no notice is on record.
    """
    if not select_student_elements((element,)):
        return
    notice = find_latest_notice(notices, provider, on)
    notice_facts = {"agreement": agreement, "key": "annual_notice", "said": ""}
    if notice is None:
        yield Reason.from_card(ferpa_exceptions_cards.DIRECTORY_NOTICE, met=False, **notice_facts)
        return
    notice_facts["said"] = f"{provider} gave notice for {notice.season}."
    yield Reason.from_card(ferpa_exceptions_cards.DIRECTORY_NOTICE, met=True, **notice_facts)
    is_designated = element in notice.directory
    notice_facts |= {
        "key": "designation",
        "said": f"the notice for {notice.season} names {element}.",
    }
    yield Reason.from_card(ferpa_exceptions_cards.DIRECTORY, met=is_designated, **notice_facts)
    is_window_closed = notice.opt_out_until is not None and notice.opt_out_until < on
    notice_facts |= {
        "key": "opt_out_window",
        "said": f"families could opt out through {notice.opt_out_until}.",
    }
    yield Reason.from_card(
        ferpa_exceptions_cards.DIRECTORY_OPT_OUT_WINDOW, met=is_window_closed, **notice_facts
    )
    is_within_limits = notice.limited_to is None or recipient in notice.limited_to
    yield Reason.from_card(
        ferpa_exceptions_cards.DIRECTORY_LIMITED,
        met=is_within_limits,
        agreement=agreement,
        organization=recipient,
    )


def find_latest_notice(
    notices: Iterable[AnnualNotice], provider: str, on: date
) -> AnnualNotice | None:
    """Find the notice published last by a day; of two on one day, the one of the later season.

    Args:
        notices: annual notices on record.
        provider: slug of the owner of the records.
        on: the day.
    Returns:
        The notice; None if the owner has published none.
    """
    published = [
        notice
        for notice in notices
        if notice.organization == provider and notice.published_on <= on
    ]
    return max(published, key=lambda notice: (notice.published_on, notice.season), default=None)


@dataclass(frozen=True, slots=True)
class NoticeGap:
    """Say why directory information of a school year cannot be sent yet.

    Attributes:
        opt_out_until: last day on which families may opt out; None if no notice is on record.
    """

    opt_out_until: date | None = None


def find_notice_gap(
    notices: Iterable[AnnualNotice], organization: str, season: str, on: date
) -> NoticeGap | None:
    """Find what the annual notice of a school year lacks on a day.

    Args:
        notices: annual notices on record.
        organization: slug of the school or district.
        season: the school year.
        on: the day.
    Returns:
        The gap; None if the notice is published and its opt-out window, if it has one, is closed.
    """
    of_season = (notice for notice in notices if notice.season == season)
    notice = find_latest_notice(of_season, organization, on)
    if notice is None:
        return NoticeGap()
    is_open = is_opt_out_window_open(notice.opt_out_until, on)
    return NoticeGap(notice.opt_out_until) if is_open else None


def is_opt_out_window_open(opt_out_until: date | None, on: date) -> bool:
    """Tell whether families may still opt out of directory information under a notice.

    Args:
        opt_out_until: last day on which they may; None if the notice states none.
        on: the day.
    Returns:
        True through the last day.
    """
    return opt_out_until is not None and on <= opt_out_until


def does_delivery_need_notice(delivery: DeliveryFact, agreement: AgreementFact) -> bool:
    """Tell whether a delivery is directory information that rests on the owner's annual notice.

    Synthetic data are about no child. A delivery that was recorded before Cairn asked about the
    notice keeps its answer.

    Args:
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        True if the notice and the families' opt-outs decide.
    """
    is_asked = delivery.notices != NOTICES_NOT_RECORDED and not delivery.synthetic
    return agreement.basis is LegalBasis.DIRECTORY and is_asked


@policy_check(*DIRECTORY_CARDS)
def check_delivery_notice_given(
    on: date, delivery: DeliveryFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check, before the columns of a file are known, that the notice opens some agreed element.

    Args:
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        The refusals of all elements if the notice opens none; nothing once columns are known.
    """
    if delivery.elements or not does_delivery_need_notice(delivery, agreement):
        return
    refusals: list[Reason] = []
    for element in sorted(agreement.elements):
        reasons = tuple(_list_notice_reasons(element, on, delivery, agreement))
        refused = [reason for reason in reasons if reason.effect is not Outcome.ALLOW]
        if not refused:
            return
        refusals += refused
    yield from dict.fromkeys(refusals)


@element_check(*DIRECTORY_CARDS)
def check_delivery_notice(
    element: str, on: date, delivery: DeliveryFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check that the sender's annual notice opens an element to each recipient of the agreement.

    Args:
        element: data element (``record.field``).
        on: date of the check.
        delivery: facts of the delivery, with the annual notices on record.
        agreement: facts of the agreement.
    Returns:
        The reasons of the notice; none under another legal basis.
    """
    if does_delivery_need_notice(delivery, agreement):
        yield from _list_notice_reasons(element, on, delivery, agreement)


def _list_notice_reasons(
    element: str, on: date, delivery: DeliveryFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """List the reasons of the notice for each recipient, each reason once."""
    sender, reference = delivery.organization, agreement.reference
    reasons = (
        reason
        for recipient in sorted(agreement.list_organizations(*RECIPIENT_ROLES))
        for reason in check_directory_notice(
            delivery.notices or (), sender, reference, element, recipient
        ).run(on)
    )
    yield from dict.fromkeys(reasons)


@policy_check(cards.OPT_OUTS_COMPARABLE)
def check_opt_outs_comparable(
    on: date, delivery: DeliveryFact, agreement: AgreementFact, rows: Iterable[RowsFact] | None
) -> Iterator[Reason]:
    """Check that the rows of families that opted out can be found in directory information.

    Args:
        on: date of the check.
        delivery: facts of the delivery, with its elements.
        agreement: facts of the agreement.
        rows: the sender's students with restrictions, by agreement; ``None`` if unknown.
    Returns:
        One reason if a family of the sender opted out; none under another legal basis.
    """
    if not does_delivery_need_notice(delivery, agreement):
        return
    opted_out = [
        child
        for fact in rows or ()
        for child in fact.children
        if any(opt_out.scope in _OPT_OUT_SCOPES for opt_out in child.opt_outs or ())
    ]
    if not opted_out:
        return
    notice = find_latest_notice(delivery.notices or (), delivery.organization, on)
    designated = frozenset[str]() if notice is None else notice.directory
    kept = delivery.elements & agreement.elements & designated
    yield Reason.from_card(
        cards.OPT_OUTS_COMPARABLE,
        met=any(element.endswith(_STUDENT_ID) for element in kept),
        n=len(opted_out),
        organization=delivery.organization,
    )


@policy_check(cards.OFFICIALS_STATED)
def check_official_notice(
    on: date, notices: Iterable[AnnualNotice] | None, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check that the notice on record says who is a school official (34 CFR 99.7(a)(3)(iii)).

    Without a notice on record, the criterion of the agreement decides alone.

    Args:
        on: date of the check.
        notices: annual notices on record; ``None`` or not recorded if they were not looked up.
        agreement: facts of the agreement.
    Returns:
        One reason for each provider with a notice; none under another legal basis.
    """
    if agreement.basis is not LegalBasis.SCHOOL_OFFICIAL or notices == NOTICES_NOT_RECORDED:
        return
    for provider in sorted(agreement.list_organizations(PartyRole.PROVIDER)):
        if notice := find_latest_notice(notices or (), provider, on):
            yield Reason.from_card(
                cards.OFFICIALS_STATED,
                met=notice.official_criteria,
                organization=provider,
                season=notice.season,
            )


def has_annual_notice(institution: OrganizationFact) -> bool:
    """Tell whether an organization gives families an annual notice: FERPA applies to it.

    Args:
        institution: facts of the organization.
    Returns:
        True for a school, district or college, unless the record says that FERPA does not apply.
    """
    if institution.ferpa is None:
        return institution.kind in FERPA_AGENCY_KINDS
    return institution.ferpa


@policy_check(cards.NOTICE_INSTITUTION)
def check_noticing_institution(on: date, institution: OrganizationFact) -> Reason:
    """Check that the organization is an educational agency or institution under FERPA.

    Args:
        on: date of the check.
        institution: facts of the organization.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.NOTICE_INSTITUTION,
        met=has_annual_notice(institution),
        organization=institution.name or institution.slug,
    )


@policy_check(cards.NOTICE_PUBLISHED)
def check_notice_published(on: date, notice: AnnualNotice) -> Reason:
    """Check that the notice was published by the day on which it is recorded.

    Args:
        on: date of the check.
        notice: the notice.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.NOTICE_PUBLISHED,
        met=notice.published_on <= on,
        published=notice.published_on.isoformat(),
    )


@policy_check(cards.NOTICE_PERIOD)
def check_opt_out_period(on: date, notice: AnnualNotice) -> Iterator[Reason]:
    """Check that a notice of directory information gives families time to opt out.

    Args:
        on: date of the check.
        notice: the notice.
    Returns:
        One reason; none for a notice that designates nothing.
    """
    if notice.directory:
        last_day = notice.opt_out_until
        met = last_day is not None and last_day > notice.published_on
        yield Reason.from_card(cards.NOTICE_PERIOD, met=met, season=notice.season)


@policy_check(ferpa_exceptions_cards.DIRECTORY_NEVER_JOINED)
def check_noticed_element(on: date, notice: AnnualNotice) -> Iterator[Reason]:
    """Check that a notice does not designate a Social Security number.

    Args:
        on: date of the check.
        notice: the notice.
    Returns:
        One refusal for each such element.
    """
    for element in sorted(notice.directory):
        if is_social_security_number(element):
            yield Reason.from_card(
                ferpa_exceptions_cards.DIRECTORY_NEVER_JOINED, met=False, element=element
            )


@policy_check(cards.NOTICE_VERSION)
def check_notice_version(on: date, organization: str, seen: int, on_record: int) -> Reason:
    """Check that a person changes the version of a notice that they saw.

    Args:
        on: date of the check.
        organization: slug of the school or district.
        seen: number of the version that the person saw; 0 if they record a first notice.
        on_record: number of the version in effect; 0 if the school year has none.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.NOTICE_VERSION, met=seen == on_record, organization=organization)
