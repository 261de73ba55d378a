"""Define the facts of one delivery (an upload by a partner)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.later_fields import ADDED_LATER, added_later
from cairn.policy.facts.people.access import OrganizationSecurity
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.vocabulary import Channel, SpecialClass

__all__ = [
    "NOTICES_NOT_RECORDED",
    "RECEIVERS_NOT_RECORDED",
    "DeliveryFact",
    "GiveBackFact",
    "PromisedReportFact",
]

RECEIVERS_NOT_RECORDED: Final = (OrganizationSecurity(organization=""),)
"""The receivers of a delivery that was recorded before Cairn asked about them."""

NOTICES_NOT_RECORDED: Final = (AnnualNotice(organization="", season="", published_on=date.min),)
"""The annual notices of a delivery that was recorded before Cairn asked about them."""


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """Describe one delivery: sender, agreement, feed, period, channel and elements.

    The sender states it at the upload; Cairn adds the special classes. An unknown ``file`` or
    ``brought_by`` is empty and matches no file name and no contact.

    Attributes:
        organization: slug of the sender.
        agreement_reference: reference of the agreement that the sender delivers under.
        feed: short name of the feed.
        period: what the file covers, in the sender's words, such as a school year; may be empty.
        channel: channel by which it arrived.
        elements: elements (``record.field``) that the column mapping reads from the file; empty
            while the columns are not known.
        classes: special classes that the sender's data dictionary gives to an element, in addition
            to those that the law packs know.
        file: name of the file.
        brought_by: e-mail address of the person who uploaded it.
        synthetic: how synthetic data were made; empty means that the data are about real children.
        receivers: security of each organization that receives under the agreement and is on record;
            None if it was not looked up, which denies.
        notices: annual notices of the sender to families; None if they were not looked up, which
            denies directory information.
    """

    organization: str
    agreement_reference: str
    feed: str
    period: str
    channel: Channel
    elements: frozenset[str]
    classes: Mapping[str, frozenset[SpecialClass]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    file: str = ""
    brought_by: str = ""
    synthetic: str = ""
    receivers: tuple[OrganizationSecurity, ...] | None = field(
        default=None, metadata=added_later(recorded=RECEIVERS_NOT_RECORDED)
    )
    notices: tuple[AnnualNotice, ...] | None = field(
        default=None, metadata=added_later(recorded=NOTICES_NOT_RECORDED)
    )


@dataclass(frozen=True, slots=True)
class GiveBackFact:
    """Describe one delivery that is reported on, and whether its rows were kept.

    Cairn states it from its own record of the delivery.

    Attributes:
        organization: slug of the sender.
        agreement: agreement that the delivery came under.
        kept: whether the delivery was conformed and at least one row was kept; without kept rows
            there is nothing to report.
    """

    organization: str
    agreement: AgreementFact
    kept: bool


@dataclass(frozen=True, slots=True)
class PromisedReportFact:
    """Describe a report that an agreement promises to one partner, and what it can be made of.

    Cairn states it from its own records.

    Attributes:
        organization: slug of the partner that gets the report.
        agreement: agreement that promises it.
        what: the report, as the agreement names it.
        received: day of the partner's newest accepted data submission under the agreement that no
            report covers yet; None if there is none.
        counted: days of receipt of those submissions that a published release counts.
        given: day on which the partner last got the report; None before the first.
        has_reader: whether a data steward of the partner can open the report.
        has_new_figures: whether a published release counts a submission that came after the one on
            which the partner last got the report.
    """

    organization: str
    agreement: AgreementFact
    what: str
    received: date | None
    counted: tuple[date, ...]
    given: date | None
    has_reader: bool
    has_new_figures: bool = field(default=False, metadata=ADDED_LATER)
