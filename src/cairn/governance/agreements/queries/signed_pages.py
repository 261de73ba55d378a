"""Compare the scans of pages signed on paper with what was recorded of them."""

import hashlib
from collections.abc import Iterator

from cairn.governance.agreements.models import SignedPage
from cairn.platform.audit.api import AuditLine

__all__ = ["count_signed_pages", "find_damaged_signed_pages"]


def find_damaged_signed_pages() -> Iterator[tuple[str, str]]:
    """Find scans of signed pages that differ from what their signers confirmed.

    A scan is compared with the SHA-256 stored beside it. Both could be exchanged together, so that
    digest is compared with the one in the audit log, too.

    Returns:
        Pairs of place and problem.
    """
    lines = AuditLine.objects.filter(event="draft.paper_confirmed")
    confirmed = {
        line.detail["scan"]: (line.subject_id, line.detail["organization"]) for line in lines
    }
    pages = SignedPage.objects.select_related("signature__draft", "signature__organization")
    for page in pages.order_by("pk").iterator(chunk_size=20):
        signature = page.signature
        place = f"signed page of {signature.draft.reference} for {signature.organization.slug}"
        if hashlib.sha256(bytes(page.content)).hexdigest() != page.digest:
            yield place, "The scan is not the one that was stored: its SHA-256 differs."
        elif confirmed.get(page.digest) != (str(signature.draft_id), signature.organization.slug):
            yield place, "The audit log records no confirmation of this scan."


def count_signed_pages() -> int:
    """Count the stored scans of signed pages.

    Returns:
        Their number.
    """
    return SignedPage.objects.count()
