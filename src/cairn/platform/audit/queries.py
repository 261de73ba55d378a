"""Read the audit log."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from cairn.platform.audit.event_labels import find_events_by_word, find_events_of_area
from cairn.platform.audit.models import AuditLine

# Not by the ORM: it asks before every public page, and takes longer to write this than to run it.
_LINES_SINCE: Final = (
    f"SELECT sequence, event, hash FROM {AuditLine._meta.db_table} "  # noqa: S608 - our own table
    "WHERE sequence >= %s ORDER BY sequence"
)
_NEWEST_LINE: Final = (
    f"SELECT sequence, hash FROM {AuditLine._meta.db_table} "  # noqa: S608 - our own table
    "ORDER BY sequence DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class AuditMark:
    """How far the audit log was read, and the newest change in it.

    Attributes:
        sequence: number of the newest line.
        hash: hash of the newest line.
        change: hash of the newest line that is a change, or of the line with which reading began;
            empty if there was none.
    """

    sequence: int = 0
    hash: str = ""
    change: str = ""


def find_newest_change(read: AuditMark | None, unrelated: AbstractSet[str]) -> AuditMark:
    """Find the newest line of the audit log that is a change to what the caller shows.

    Args:
        read: what this function returned before; only newer lines are read. None to begin with
            the newest line, which then counts as a change.
        unrelated: events that change nothing the caller shows.

    Returns:
        How far the log was read. Its hash names the line, so a log that was rolled back and
        continued has another mark.
    """
    if read is None:
        return _begin_reading()
    mark = read
    with connection.cursor() as cursor:
        cursor.execute(_LINES_SINCE, [mark.sequence])
        lines = cursor.fetchall()
    if mark.sequence and (not lines or lines[0][2] != mark.hash):
        return _begin_reading()
    for sequence, event, digest in lines:
        if sequence > mark.sequence:
            change = mark.change if event in unrelated else digest
            mark = AuditMark(sequence, digest, change)
    return mark


def _begin_reading() -> AuditMark:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_LINE)
        line = cursor.fetchone()
    return AuditMark(line[0], line[1], line[1]) if line else AuditMark()


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
