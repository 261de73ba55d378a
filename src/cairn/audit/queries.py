"""Reads of the audit trail."""

from django.db.models import Q, QuerySet

from cairn.audit.models import AuditLine
from cairn.audit.words import saying


def lines(words: str = "") -> QuerySet[AuditLine]:
    """Newest first; with `words`, those of which each word is found in one of: the event, its
    sentence, the subject's kind, the person."""
    found = AuditLine.objects.order_by("-sequence")
    for word in words.split():
        kind, _, identifier = word.partition(":")
        if identifier:
            found = found.filter(subject_kind=kind, subject_id=identifier)
        else:
            found = found.filter(
                Q(event__icontains=word)
                | Q(event__in=saying(word))
                | Q(actor_label__icontains=word)
                | Q(subject_kind__icontains=word)
            )
    return found
