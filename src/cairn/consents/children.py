"""Children's rows: found by the id that their organization uses, made when first heard of."""

from cairn.consents.child_key import child_key
from cairn.consents.models import Child
from cairn.consents.sealing import Label, label, seal_label
from cairn.partners.models import Organization


def known_child(organization: Organization, told: Label) -> Child:
    """The row of a child; a name or a birth date that is new to it is added to its label."""
    key = child_key(organization.slug, told.local_id)
    row = Child.objects.filter(key=key).first()
    if row is None:
        return Child.objects.create(
            organization=organization, key=key, sealed=seal_label(key, told)
        )
    had = label(row.key, row.sealed)
    now = Label(had.local_id, told.name or had.name, told.birth_date or had.birth_date)
    if now != had:
        relabel(row, now)
    return row


def relabel(row: Child, told: Label) -> None:
    """Seal another label for a child."""
    row.sealed = seal_label(row.key, told)
    row.save(update_fields=["sealed"])
