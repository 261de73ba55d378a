"""Define the facts of one delivery (an upload by a partner)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.vocabulary import Channel, SpecialClass


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """Describe one delivery: sender, agreement, feed, period, channel and elements.

    ``classes`` are the special classes that the sender's data dictionary gives to an element, in
    addition to those that the law packs know. ``file`` is the file's name and ``brought_by`` the
    e-mail
    address of the person who uploaded it; an unknown value matches no file name and no contact.
    ``synthetic`` says how synthetic data were made; empty means that the data are about real
    children.
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


@dataclass(frozen=True, slots=True)
class GiveBackFact:
    """Describe one delivery that is reported on, and whether its rows were ``kept``.

    Without kept rows there is nothing to report.
    """

    organization: str
    agreement: AgreementFact
    kept: bool
