"""Versions of a feed's mapping: one row for each text, the newest one counts."""

from datetime import datetime

from cairn.accounts.models import User
from cairn.intake.models import SavedMapping
from cairn.intake.queries import newest_mapping
from cairn.partners.models import Organization
from cairn.warehouse.mapping import Mapping


def version_of(
    organization: Organization, feed: str, mapping: Mapping, by: User, at: datetime
) -> SavedMapping:
    """The saved version that says just this: the newest, or a new one."""
    newest = newest_mapping(organization, feed)
    text = mapping.dump()
    if newest and newest.text == text:
        return newest
    return SavedMapping.objects.create(
        organization=organization,
        feed=feed,
        version=newest.version + 1 if newest else 1,
        text=text,
        saved_by=by,
        saved_at=at,
    )
