"""Actions on published tables: upload one, add it once its columns are confirmed, discard it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cairn.data.public_sources import published_file
from cairn.data.public_sources.models import PublicFigure, PublicSource, SourceState
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.questions import may_add_public_source
from cairn.warehouse.published_tables import (
    ColumnRole,
    IndicatorRow,
    PublishedValue,
    count_value_kinds,
)

__all__ = [
    "SourceConflict",
    "SourceDescription",
    "add_public_source",
    "discard_public_source",
    "upload_public_source",
]

_TEXT_LENGTHS = {"place_id": 60, "place": 200, "period": 60, "group": 300, "measure": 200}
_VALUE_LENGTH = 60
_BATCH = 1_000


class SourceConflict(Exception):
    """The table was added, changed or discarded in the meantime."""


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """Who published a table, and under which terms.

    Attributes:
        title: title of the table.
        publisher: the agency or organization that published it.
        address: its web address.
        license: the terms of use.
        as_of: the day that the figures are of.
        level: what one row is about, as in `SourceLevel`.
        geography: which area the table covers.
        direction: whether a higher figure is better, as in `ValueDirection`.
    """

    title: str
    publisher: str
    address: str
    license: str
    as_of: date
    level: str
    geography: str
    direction: str


@action("public_source.uploaded", asks=may_add_public_source)
def upload_public_source(
    permit: Permit,
    /,
    *,
    description: SourceDescription,
    name: str,
    content: bytes,
    by: User,
    at: datetime,
) -> ActionResult[PublicSource]:
    """Keep a published table until its columns are confirmed; the file is encrypted.

    Args:
        description: who published it, and under which terms.
        name: name of the file.
        content: its bytes.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The new row.

    Raises:
        SourceConflict: the same file was uploaded already.
        Refused: the policy does not allow it.
    """
    digest = hashlib.sha256(content).hexdigest()
    values = {field: getattr(description, field) for field in description.__slots__}
    source, is_new = PublicSource.objects.get_or_create(
        digest=digest,
        defaults={
            **values,
            "file_name": name[:200],
            "sealed_file": published_file.seal_file(digest, content),
            "uploaded_by": by,
            "uploaded_at": at,
        },
    )
    if not is_new:
        raise SourceConflict(f"This file was uploaded already, as “{source.title}”.")
    return ActionResult(source, subject=source, detail={"sha256": digest})


@action("public_source.added", asks=may_add_public_source)
def add_public_source(
    permit: Permit,
    /,
    *,
    source: PublicSource,
    roles: Mapping[str, ColumnRole],
    rows: Sequence[IndicatorRow],
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Add a published table with its figures, and forget its file.

    Args:
        source: the uploaded table.
        roles: what each column is.
        rows: its figures by these roles.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        SourceConflict: it was added or discarded in the meantime.
        Refused: the policy does not allow it.
    """
    row = _lock_uploaded(source)
    figures = [_build_figure(row, indicator) for indicator in rows]
    PublicFigure.objects.bulk_create(figures, batch_size=_BATCH)
    row.state = SourceState.ADDED
    row.sealed_file = None
    row.column_roles = {column: role.value for column, role in roles.items()}
    row.kind_counts = {kind.value: count for kind, count in count_value_kinds(rows).items()}
    row.years = _describe_years(rows)
    row.added_by, row.added_at = by, at
    row.save()
    return ActionResult(subject=row, detail={"figures": len(figures)})


@action("public_source.discarded", asks=may_add_public_source)
def discard_public_source(
    permit: Permit, /, *, source: PublicSource, by: User, at: datetime
) -> ActionResult[None]:
    """Discard a published table that was uploaded and is not added, with its file.

    Args:
        source: the uploaded table.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        SourceConflict: it was added or discarded in the meantime.
        Refused: the policy does not allow it.
    """
    row = _lock_uploaded(source)
    result: ActionResult[None] = ActionResult(
        subject=PublicSource(pk=row.pk, title=row.title), detail={"sha256": row.digest}
    )
    row.delete()
    return result


def _lock_uploaded(source: PublicSource) -> PublicSource:
    row = PublicSource.objects.select_for_update().filter(pk=source.pk).first()
    if row is None or row.state != SourceState.UPLOADED:
        raise SourceConflict("This table was added or discarded in the meantime.")
    return row


def _build_figure(source: PublicSource, row: IndicatorRow) -> PublicFigure:
    texts = {name: getattr(row, name)[:length] for name, length in _TEXT_LENGTHS.items()}
    return PublicFigure(
        source=source,
        row=row.row,
        **texts,
        numerator=_get_text(row.numerator),
        denominator=_get_text(row.denominator),
        estimate=_get_text(row.estimate),
        margin=_get_text(row.margin),
        kind=row.estimate.kind.value,
        low=row.estimate.low,
        high=row.estimate.high,
        reason=row.estimate.reason,
    )


def _get_text(value: PublishedValue | None) -> str:
    return value.text[:_VALUE_LENGTH] if value else ""


def _describe_years(rows: Sequence[IndicatorRow]) -> str:
    """Name the first and the last period, as far as the table has periods."""
    periods = sorted({row.period for row in rows if row.period})
    span = periods if len(periods) < 2 else [periods[0], periods[-1]]  # noqa: PLR2004 - both ends
    return " to ".join(span)[:60]
