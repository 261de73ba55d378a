"""Reads of the audit trail."""

from django.db.models import Q, QuerySet

from cairn.audit.models import AuditLine


def lines(words: str = "") -> QuerySet[AuditLine]:
    """Newest first; with `words`, those whose event, subject or person contains each of them."""
    found = AuditLine.objects.order_by("-sequence")
    for word in words.split():
        kind, _, identifier = word.partition(":")
        if identifier:
            found = found.filter(subject_kind=kind, subject_id=identifier)
        else:
            found = found.filter(
                Q(event__icontains=word)
                | Q(actor_label__icontains=word)
                | Q(subject_kind__icontains=word)
            )
    return found
