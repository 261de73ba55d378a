"""Compare a file with the earlier one that it would replace, and say so in words.

The student IDs and the days of both files are compared in memory; only counts are kept.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.data.intake.facts import parse_delivery_mapping
from cairn.data.intake.models import Delivery
from cairn.data.intake.students import iterate_landed_local_ids, list_landed_days
from cairn.policy import checks
from cairn.policy.facts import AgreementFact
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
) -> checks.FileComparison:
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
    return checks.FileComparison(
        same_content=content_digest == earlier.content_digest,
        same_name=file_name.casefold() == earlier.file_name.casefold(),
        same_mapping=_reads_alike(mapping, earlier_mapping),
        same_columns=_list_layout(report, mapping) == _list_layout(earlier.report, mapping),
        rows=rows,
        earlier_rows=earlier.rows_in,
        students=len(students),
        earlier_students=len(earlier_students),
        kept_students=len(students & earlier_students),
        earlier_days=len(earlier_days),
        kept_days=len(days & earlier_days),
    )


def _reads_alike(mapping: ColumnMapping, earlier: ColumnMapping) -> bool:
    """Return whether both read the rows alike, however a file is split and dated."""
    first, second = (replace(each, part="", date_source=None).digest for each in (mapping, earlier))
    return first == second


def find_hold(
    terms: AgreementFact,
    record: str,
    stated: date | None,
    earlier: Delivery,
    comparison: checks.FileComparison,
) -> checks.ReplacementHold | None:
    """Find why a file waits for a person before it replaces an earlier delivery.

    Args:
        terms: the agreement.
        record: the record type of the file.
        stated: the day that the file describes; None if its sender did not say.
        earlier: the delivery that counts now.
        comparison: both files.

    Returns:
        The reason; None if it replaces the earlier one.
    """
    dates = checks.VersionDates(stated, earlier.data_as_of, localtime(earlier.received_at).date())
    mode = checks.find_declared_mode(terms, record, earlier.organization.slug)
    return checks.find_replacement_hold(comparison, dates, mode)


def build_held_report(
    mapping: ColumnMapping,
    earlier: Delivery,
    comparison: checks.FileComparison,
    *,
    layout: Mapping[str, Any],
    why: checks.ReplacementHold | None,
) -> dict[str, Any]:
    """Build the entry of a held delivery's report.

    Args:
        mapping: how the file is read; it becomes the feed's mapping only once the file counts.
        earlier: the delivery that it would replace.
        comparison: both files.
        layout: its layout, recorded with the mapping.
        why: why it waits; None if it would not wait any more.

    Returns:
        The entry.
    """
    return {
        "mapping": mapping.dump(),
        "layout": dict(layout),
        "why": why.value if why else "",
        "differences": [difference.value for difference in comparison.differences],
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
    if order := _describe_order(held, earlier):
        sentence = f"{order} {sentence}"
    if not counts["lost_students"]:
        return sentence
    number = intcomma(lost) if isinstance(lost, int) else lost
    missing = _("Student IDs of the earlier file that are not in this one: %(n)s.")
    return f"{sentence} {missing % {'n': number}}"


def _describe_order(held: Delivery, earlier: Delivery) -> str:
    """Say why a file waits: the order of two versions, or how they differ; empty if unknown."""
    why = held.report[HELD_REPORT].get("why", "")
    if why == checks.ReplacementHold.DIFFERENT:
        return _describe_differences(held.report[HELD_REPORT].get("differences", ()), earlier)
    texts = {
        checks.ReplacementHold.OLDER: _(
            "The data of this file are of %(day)s. The earlier file has those of %(earlier)s, "
            "which are newer."
        ),
        checks.ReplacementHold.UNDATED: _(
            "This file has no extract date. The earlier file has the data of %(earlier)s, so Cairn "
            "cannot tell which is newer."
        ),
        checks.ReplacementHold.EARLIER_UNDATED: _(
            "The data of this file are of %(day)s. The earlier file has no extract date and "
            "arrived after that day, so Cairn cannot tell which is newer."
        ),
    }
    known = {"day": held.extract_date, "earlier": earlier.data_as_of}
    days = {name: date_format(day, "DATE_FORMAT") if day else "" for name, day in known.items()}
    return str(texts[why] % days) if why in texts else ""


def _describe_differences(differences: Collection[str], earlier: Delivery) -> str:
    """Say how a file differs from the earlier one beside its numbers of rows and students."""
    texts = {
        checks.FileDifference.NAME: _("The earlier file has another name, “%(name)s”."),
        checks.FileDifference.MAPPING: _(
            "The columns of the earlier file were read in another way."
        ),
        checks.FileDifference.COLUMNS: _("The earlier file has other columns."),
        checks.FileDifference.DAYS: _("Many days of the earlier file are missing."),
    }
    known = (text for difference, text in texts.items() if difference in differences)
    return " ".join(text.replace("%(name)s", earlier.file_name) for text in known)


def _list_layout(
    report: Mapping[str, Any], mapping: ColumnMapping
) -> tuple[frozenset[str], frozenset[str]]:
    """List the columns that no mapping reads but to split files, and mapped ones that lack."""
    unread = frozenset(
        column["name"] for column in report.get("dropped", ()) if column["reason"] == _NOT_MAPPED
    )
    return unread - {mapping.part}, frozenset(report.get("missing", ()))
