"""The scans of signed papers that are here, for whoever checks or destroys files."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet

from cairn.consents import keys
from cairn.consents.models import Sitting
from cairn.warehouse import attachment
from cairn.warehouse.attachment import Attachment


def with_scan() -> QuerySet[Sitting]:
    """Every sitting whose scan is here."""
    rows = Sitting.objects.exclude(scan="")
    return rows.select_related("form__organization", "collected_by").order_by("pk")


def scan(sitting: Sitting) -> Attachment:
    """Where a sitting's scan lies and what opens it."""
    return Attachment(sitting.scan, sitting.scan_key, sitting.scan_type)


def wrong() -> Iterator[tuple[str, str]]:
    """Scans that are not as they were written: (path, what is wrong)."""
    held = map(scan, with_scan())
    return attachment.wrong(settings.CAIRN_DATA, keys.ring(), held)


def digest(sitting: Sitting) -> str:
    """The sha256 of a scan's bytes on disk; empty where there is none."""
    return attachment.digest(settings.CAIRN_DATA, sitting.scan) if sitting.scan else ""
