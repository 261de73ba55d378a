"""Read which scans of signed papers exist, to check or destroy their files."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet

from cairn.governance.consents.models.consent import Sitting
from cairn.platform.sealing.api import load_key_ring
from cairn.warehouse.store import Attachment, find_attachment_problems, hash_attachment

__all__ = ["compute_scan_digest", "find_damaged_scans", "list_sittings_with_scan"]


def list_sittings_with_scan() -> QuerySet[Sitting]:
    """List every sitting that has a scan.

    Returns:
        The sittings, ordered by primary key.
    """
    rows = Sitting.objects.exclude(scan="")
    return rows.select_related("form__organization", "collected_by").order_by("pk")


def locate_scan(sitting: Sitting) -> Attachment:
    """Return the file of a sitting's scan, and the key that opens it."""
    return Attachment(sitting.scan, sitting.scan_key, sitting.scan_type)


def find_damaged_scans() -> Iterator[tuple[str, str]]:
    """Find scans that differ from what was written.

    Returns:
        Pairs of path and problem.
    """
    attachments = map(locate_scan, list_sittings_with_scan())
    return find_attachment_problems(settings.CAIRN_DATA, load_key_ring(), attachments)


def compute_scan_digest(sitting: Sitting) -> str:
    """Compute the SHA-256 of a scan's bytes on disk.

    Args:
        sitting: the sitting of the scan.
    Returns:
        Hexadecimal digest; empty if there is no scan.
    """
    return hash_attachment(settings.CAIRN_DATA, sitting.scan) if sitting.scan else ""
