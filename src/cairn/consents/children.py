"""Children's rows: found by the id that their organization uses, made when first heard of."""

from cairn.consents.child_key import child_key
from cairn.consents.models import Child
from cairn.consents.sealing import Label, label, seal_label
from cairn.partners.models import Organization


def known_child(organization: Organization, told: Label, *, by: Organization) -> Child:
    """The row of an organization's child; a name or a birth date that is new is added to its label.

    What its own organization says takes the place of what was there. Anyone else, such as a
    program that collects papers, only fills a gap: whose right it is to say yes hangs on the birth
    date, and whoever receives the data does not change that.
    """
    key = child_key(organization.slug, told.local_id)
    row = Child.objects.filter(key=key).first()
    if row is None:
        return Child.objects.create(
            organization=organization, key=key, sealed=seal_label(key, told)
        )
    had = label(row.key, row.sealed)
    first, second = (told, had) if by == organization else (had, told)
    born = first.birth_date or second.birth_date
    now = Label(had.local_id, first.name or second.name, born)
    if now != had:
        relabel(row, now)
    return row


def relabel(row: Child, told: Label) -> None:
    """Seal another label for a child."""
    row.sealed = seal_label(row.key, told)
    row.save(update_fields=["sealed"])
