"""Rows → facts: the one door between the tables of this room and `rules`."""

from cairn.agreements import facts as agreements
from cairn.agreements.models import Agreement
from cairn.dictionaries.queries import special_classes
from cairn.intake.models import Delivery
from cairn.rules import agreement as law
from cairn.rules.delivery import DeliveryFact
from cairn.rules.vocabulary import Channel
from cairn.warehouse.mapping import Mapping, Target


def arrival(  # noqa: PLR0913 - what is said of a file is this much
    *,
    organization: str,
    agreement: str,
    feed: str,
    period: str,
    channel: Channel,
    mapping: Mapping,
    file: str,
    brought_by: str,
    synthetic: str = "",
) -> DeliveryFact:
    """A file at the door: what it would bring, element by element, if it were let in."""
    asked = elements(mapping)
    return DeliveryFact(
        organization=organization,
        agreement_reference=agreement,
        feed=feed,
        period=period,
        channel=channel,
        elements=asked,
        classes=special_classes(asked, organization),
        file=file,
        brought_by=brought_by,
        synthetic=synthetic,
    )


def delivery(row: Delivery) -> DeliveryFact:
    """A delivery that is here, as it was mapped."""
    return arrival(
        organization=row.organization.slug,
        agreement=row.agreement_reference,
        feed=row.feed,
        period=row.period,
        channel=Channel(row.channel),
        mapping=mapping(row),
        file=row.file_name,
        brought_by=row.received_by.email,
        synthetic=row.synthetic,
    )


def mapping(row: Delivery) -> Mapping:
    """How a delivery's columns are read. A refused delivery has no mapping: it is never asked."""
    if row.mapping is None:
        raise LookupError("A refused delivery was never read.")
    return Mapping.parse(row.mapping.text)


def agreement(reference: str) -> law.Agreement:
    """The agreement with this reference, as it stands now."""
    return agreements.agreement(Agreement.objects.get(reference=reference))


def elements(mapping: Mapping) -> frozenset[str]:
    """Every element that a mapping asks for, as ``record.field``."""
    record = mapping.type
    targets = [Target.parse(text) for text in mapping.columns.values()]
    if mapping.wide:
        targets += [Target(mapping.wide.field), Target.parse(mapping.wide.value)]
    fields = {field for target in targets for field in target.fields(record)}
    return frozenset(record.fields[name].element for name in {*fields, *mapping.constants})
