"""Actions on published tables: upload, add, replace by a newer edition, discard, show and hide."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from cairn.data.public_sources import published_file
from cairn.data.public_sources.editions import build_public_figure
from cairn.data.public_sources.models import PublicFigure, PublicSource, SourceState
from cairn.data.public_sources.queries import stays_shown
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.questions import (
    may_add_public_source,
    may_hide_public_source,
    may_show_public_source,
)
from cairn.warehouse.published_tables import ColumnRole, IndicatorRow, count_value_kinds

__all__ = [
    "SourceConflict",
    "SourceDescription",
    "add_public_source",
    "discard_public_source",
    "hide_public_source",
    "replace_public_source",
    "show_public_source",
    "upload_public_source",
]

_BATCH = 1_000


class SourceConflict(Exception):
    """The table was added, replaced or discarded in the meantime, or cannot replace the other."""


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
    earlier: PublicSource | None = None,
    by: User,
    at: datetime,
) -> ActionResult[PublicSource]:
    """Keep a published table until its columns are confirmed; the file is encrypted.

    Args:
        description: who published it, and under which terms.
        name: name of the file.
        content: its bytes.
        earlier: an edition of the same table, if this is a newer one.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The new row.

    Raises:
        SourceConflict: the same file was uploaded already, or the earlier edition is newer.
        Refused: the policy does not allow it.
    """
    digest = hashlib.sha256(content).hexdigest()
    values = {field: getattr(description, field) for field in description.__slots__}
    if earlier is not None:
        _require_later_date(description.as_of, earlier)
        values["first_edition_id"] = earlier.first_edition_pk
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
    if row.first_edition_id is not None:
        raise SourceConflict("This is a newer edition of a table. Compare it with the earlier one.")
    figures = _store_figures(row, roles, rows, by, at)
    return ActionResult(subject=row, detail={"figures": figures})


@action("public_source.replaced", asks=may_add_public_source)
def replace_public_source(
    permit: Permit,
    /,
    *,
    source: PublicSource,
    earlier: PublicSource,
    roles: Mapping[str, ColumnRole],
    rows: Sequence[IndicatorRow],
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Add a newer edition of a published table; the earlier one is kept as superseded.

    The public sees the newer edition at once if it saw the earlier one and the license or terms of
    use are still the same.

    Args:
        source: the uploaded edition.
        earlier: the edition that the person compared it with.
        roles: what each column is.
        rows: its figures by these roles.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        SourceConflict: one of them was added, replaced or discarded in the meantime.
        Refused: the policy does not allow it.
    """
    row = _lock_uploaded(source)
    current = PublicSource.objects.select_for_update().filter(pk=earlier.pk).first()
    if (
        current is None
        or current.state != SourceState.ADDED
        or current.first_edition_pk != row.first_edition_id
    ):
        raise SourceConflict("Another edition replaced the earlier one in the meantime.")
    _require_later_date(row.as_of, current)
    current.state, current.superseded_at = SourceState.SUPERSEDED, at
    current.save(update_fields=["state", "superseded_at"])
    if stays_shown(row, current, load_actor(by), timezone.localdate(at)):
        row.shown_at = at
    figures = _store_figures(row, roles, rows, by, at)
    return ActionResult(subject=row, detail={"figures": figures, "replaces": current.pk})


def _load_terms(source: PublicSource, confirmed_terms: str) -> tuple[str, str]:
    row = PublicSource.objects.select_for_update().get(pk=source.pk)
    return row.license, confirmed_terms


@action("public_source.shown", asks=may_show_public_source, facts=_load_terms)
def show_public_source(
    permit: Permit, /, *, source: PublicSource, confirmed_terms: str, by: User, at: datetime
) -> ActionResult[None]:
    """Show a published table to the public.

    Args:
        source: the current edition of the table.
        confirmed_terms: the license or terms of use that the person read and confirmed.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        SourceConflict: it is shown already, or a newer edition replaced it.
        Refused: the policy does not allow it.
    """
    changed = PublicSource.objects.filter(
        pk=source.pk, state=SourceState.ADDED, shown_at__isnull=True
    ).update(shown_at=at)
    if not changed:
        raise SourceConflict("This table is shown already, or a newer edition replaced it.")
    return ActionResult(subject=source)


@action("public_source.hidden", asks=may_hide_public_source)
def hide_public_source(
    permit: Permit, /, *, source: PublicSource, by: User, at: datetime
) -> ActionResult[None]:
    """Hide a published table from the public, with all its editions.

    Args:
        source: an edition of the table.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        SourceConflict: it is hidden already.
        Refused: the policy does not allow it.
    """
    first = source.first_edition_pk
    hidden = PublicSource.objects.filter(
        Q(pk=first) | Q(first_edition=first), shown_at__isnull=False
    ).update(shown_at=None)
    if not hidden:
        raise SourceConflict("This table is hidden already.")
    return ActionResult(subject=source, detail={"editions": hidden})


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


def _require_later_date(as_of: date, earlier: PublicSource) -> None:
    if as_of < earlier.as_of:
        raise SourceConflict(
            f"The figures are as of {date_format(as_of)}, before those of the edition that they "
            f"would replace ({date_format(earlier.as_of)})."
        )


def _store_figures(
    row: PublicSource,
    roles: Mapping[str, ColumnRole],
    rows: Sequence[IndicatorRow],
    by: User,
    at: datetime,
) -> int:
    """Save the figures of a confirmed table, and forget its file."""
    figures = [build_public_figure(row, indicator) for indicator in rows]
    PublicFigure.objects.bulk_create(figures, batch_size=_BATCH)
    row.state = SourceState.ADDED
    row.sealed_file = None
    row.column_roles = {column: role.value for column, role in roles.items()}
    row.kind_counts = {kind.value: count for kind, count in count_value_kinds(rows).items()}
    row.years = _describe_years(rows)
    row.added_by, row.added_at = by, at
    row.save()
    return len(figures)


def _describe_years(rows: Sequence[IndicatorRow]) -> str:
    """Name the first and the last period, as far as the table has periods."""
    periods = sorted({row.period for row in rows if row.period})
    span = periods if len(periods) < 2 else [periods[0], periods[-1]]  # noqa: PLR2004 - both ends
    return " to ".join(span)[:60]
