"""Compare a file with the earlier one that it would replace, and say so in words.

The student IDs and the days of both files are compared in memory; only counts are kept.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.data.intake.facts import parse_delivery_mapping
from cairn.data.intake.models import Delivery
from cairn.data.intake.students import iterate_landed_local_ids, list_landed_days
from cairn.policy.checks import FileComparison
from cairn.warehouse.schema import ColumnMapping
from cairn.warehouse.store import FileRef, FileStore

__all__ = ["HELD_REPORT", "describe_replacement"]

HELD_REPORT: Final = "held"
"""The entry of a held delivery's report: its mapping, and counts of the comparison."""

_NOT_MAPPED: Final = "not mapped"


def compare_files(
    store: FileStore,
    earlier: Delivery,
    *,
    landed: FileRef,
    mapping: ColumnMapping,
    file_name: str,
    content_digest: str,
    rows: int,
    report: Mapping[str, Any],
) -> FileComparison:
    """Compare a landed file with the delivery that it would replace.

    Args:
        store: the file store.
        earlier: the delivery that counts now.
        landed: the new file, as landed.
        mapping: its column mapping.
        file_name: its name.
        content_digest: sha256 of its bytes.
        rows: its number of rows.
        report: its report, with the columns that were dropped and are missing.

    Returns:
        The comparison.
    """
    earlier_mapping = parse_delivery_mapping(earlier)
    students = frozenset(iterate_landed_local_ids(store, landed, mapping))
    earlier_students = frozenset(
        iterate_landed_local_ids(store, FileRef.parse(earlier.landed), earlier_mapping)
    )
    days = list_landed_days(store, landed, mapping)
    earlier_days = list_landed_days(store, FileRef.parse(earlier.landed), earlier_mapping)
    return FileComparison(
        same_content=content_digest == earlier.content_digest,
        same_name=file_name.casefold() == earlier.file_name.casefold(),
        same_mapping=mapping.digest == earlier_mapping.digest,
        same_columns=_list_layout(report) == _list_layout(earlier.report),
        rows=rows,
        earlier_rows=earlier.rows_in,
        students=len(students),
        earlier_students=len(earlier_students),
        kept_students=len(students & earlier_students),
        earlier_days=len(earlier_days),
        kept_days=len(days & earlier_days),
    )


def build_held_report(
    mapping: ColumnMapping,
    earlier: Delivery,
    comparison: FileComparison,
    *,
    layout: Mapping[str, Any],
) -> dict[str, Any]:
    """Build the entry of a held delivery's report.

    Args:
        mapping: how the file is read; it becomes the feed's mapping only once the file counts.
        earlier: the delivery that it would replace.
        comparison: both files.
        layout: its layout, recorded with the mapping.

    Returns:
        The entry.
    """
    return {
        "mapping": mapping.dump(),
        "layout": dict(layout),
        "earlier": earlier.pk,
        "rows": comparison.rows,
        "earlier_rows": comparison.earlier_rows,
        "students": comparison.students,
        "lost_students": comparison.lost_students,
    }


def describe_replacement(
    held: Delivery, earlier: Delivery, lost_students: int | str | None = None
) -> str:
    """Describe in words what a held file would replace.

    Args:
        held: the held delivery.
        earlier: the delivery that it would replace.
        lost_students: the number of lost IDs as the reader may see it; the exact one if None.

    Returns:
        A sentence with counts, never a value of a row.
    """
    counts = held.report[HELD_REPORT]
    lost = counts["lost_students"] if lost_students is None else lost_students
    rows = ngettext("%(rows)s row", "%(rows)s rows", counts["rows"])
    earlier_rows = ngettext("%(rows)s row", "%(rows)s rows", counts["earlier_rows"])
    sentence = _("%(new)s would replace %(old)s received on %(day)s by %(who)s.") % {
        "new": rows % {"rows": intcomma(counts["rows"])},
        "old": earlier_rows % {"rows": intcomma(counts["earlier_rows"])},
        "day": date_format(localtime(earlier.received_at), "DATE_FORMAT"),
        "who": earlier.received_by.name,
    }
    if not counts["lost_students"]:
        return sentence
    number = intcomma(lost) if isinstance(lost, int) else lost
    missing = _("Student IDs of the earlier file that are not in this one: %(n)s.")
    return f"{sentence} {missing % {'n': number}}"


def _list_layout(report: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """List the columns that no mapping reads, and the mapped ones that the file lacks."""
    unread = (
        column["name"] for column in report.get("dropped", ()) if column["reason"] == _NOT_MAPPED
    )
    return frozenset(unread), frozenset(report.get("missing", ()))
