"""Build facts about deliveries for policy from the rows of this app."""

from cairn.data.intake.models import Delivery
from cairn.governance.agreements.api import Agreement, load_agreement_fact
from cairn.governance.dictionaries.api import find_special_classes
from cairn.policy.facts import AgreementFact, DeliveryFact
from cairn.policy.vocabulary import Channel
from cairn.warehouse.schema import ColumnMapping, ColumnTarget


def build_delivery_fact(  # noqa: PLR0913 - each is one property of the file
    *,
    organization: str,
    agreement: str,
    feed: str,
    period: str,
    channel: Channel,
    mapping: ColumnMapping,
    file: str,
    brought_by: str,
    synthetic: str = "",
) -> DeliveryFact:
    """Build the fact of a file before it is received: which elements it would bring.

    Args:
        organization: slug of the sender.
        agreement: reference of the agreement.
        feed: short name of the feed.
        period: what the file covers.
        channel: how it was sent.
        mapping: the column mapping.
        file: name of the file.
        brought_by: email of the person who sends it.
        synthetic: how invented data were made; empty for real data.

    Returns:
        The fact.
    """
    requested = list_mapped_elements(mapping)
    return DeliveryFact(
        organization=organization,
        agreement_reference=agreement,
        feed=feed,
        period=period,
        channel=channel,
        elements=requested,
        classes=find_special_classes(requested, organization),
        file=file,
        brought_by=brought_by,
        synthetic=synthetic,
    )


def load_delivery_fact(delivery_row: Delivery) -> DeliveryFact:
    """Load the fact of a received delivery, as it was mapped.

    Args:
        delivery_row: the delivery.

    Returns:
        The fact.
    """
    return build_delivery_fact(
        organization=delivery_row.organization.slug,
        agreement=delivery_row.agreement_reference,
        feed=delivery_row.feed,
        period=delivery_row.period,
        channel=Channel(delivery_row.channel),
        mapping=parse_delivery_mapping(delivery_row),
        file=delivery_row.file_name,
        brought_by=delivery_row.received_by.email,
        synthetic=delivery_row.synthetic,
    )


def parse_delivery_mapping(delivery: Delivery) -> ColumnMapping:
    """Parse the mapping by which a delivery is read.

    Args:
        delivery: the delivery.

    Returns:
        The column mapping.

    Raises:
        LookupError: the delivery was refused and never read.
    """
    if delivery.mapping is None:
        raise LookupError("A refused delivery was never read.")
    return ColumnMapping.parse(delivery.mapping.text)


def load_agreement_by_reference(reference: str) -> AgreementFact:
    """Load the fact of the agreement with this reference, in its present version.

    Args:
        reference: reference of the agreement.

    Returns:
        The fact.
    """
    return load_agreement_fact(Agreement.objects.get(reference=reference))


def list_mapped_elements(mapping: ColumnMapping) -> frozenset[str]:
    """List every element that a mapping asks for, as ``record.field``.

    Args:
        mapping: the column mapping.

    Returns:
        The elements.
    """
    record = mapping.type
    targets = [ColumnTarget.parse(text) for text in mapping.columns.values()]
    if mapping.wide:
        targets += [ColumnTarget(mapping.wide.field), ColumnTarget.parse(mapping.wide.value)]
    fields = {field for target in targets for field in target.fields(record)}
    return frozenset(record.fields[name].element for name in {*fields, *mapping.constants})
