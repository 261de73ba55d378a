"""Read the audit log."""

from django.db.models import Q, QuerySet

from cairn.platform.audit.event_labels import find_events_by_word
from cairn.platform.audit.models import AuditLine


def search_audit_lines(words: str = "") -> QuerySet[AuditLine]:
    """Return audit lines, newest first, that match every word.

    A word matches the event, its sentence, the kind of the subject, or the person; `kind:id`
    matches one subject.

    Args:
        words: words separated by spaces; empty for all lines.

    Returns:
        The lines.
    """
    matching_lines = AuditLine.objects.order_by("-sequence")
    for word in words.split():
        kind, _, identifier = word.partition(":")
        if identifier:
            matching_lines = matching_lines.filter(subject_kind=kind, subject_id=identifier)
        else:
            matching_lines = matching_lines.filter(
                Q(event__icontains=word)
                | Q(event__in=find_events_by_word(word))
                | Q(actor_label__icontains=word)
                | Q(subject_kind__icontains=word)
            )
    return matching_lines
