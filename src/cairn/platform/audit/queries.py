"""Read the audit log."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cairn.platform.audit.event_labels import find_events_by_word, find_events_of_area
from cairn.platform.audit.models import AuditLine


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """A filter for lines of the audit log; an empty value does not filter.

    Attributes:
        area: code of an area of events.
        outcome: answer of the policy, such as "deny".
        since: first day.
        until: last day.
    """

    area: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None


def filter_audit_lines(words: str, line_filter: AuditFilter) -> QuerySet[AuditLine]:
    """Return audit lines, newest first, that match every word and a filter.

    Args:
        words: as in `search_audit_lines`.
        line_filter: the filter.

    Returns:
        The lines.
    """
    lines = search_audit_lines(words)
    if line_filter.area:
        lines = lines.filter(event__in=find_events_of_area(line_filter.area))
    if line_filter.outcome:
        lines = lines.filter(outcome=line_filter.outcome)
    if line_filter.since:
        lines = lines.filter(at__date__gte=line_filter.since)
    if line_filter.until:
        lines = lines.filter(at__date__lte=line_filter.until)
    return lines


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
