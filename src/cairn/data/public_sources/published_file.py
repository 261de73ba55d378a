"""Read a published table from its file, and seal the file until a person has confirmed it."""

from collections.abc import Mapping
from typing import Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.warehouse.published_tables import (
    ColumnRole,
    IndicatorRow,
    build_indicator_rows,
    find_student_columns,
)
from cairn.warehouse.readers import read_file_in_child_process
from cairn.warehouse.schema import Sheet, UnreadableFile

__all__ = ["MAX_FILE_BYTES", "NotPublished", "build_figures", "read_published_table"]

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
"""The size of the largest file that is read as a published table."""

MAX_FIGURES: Final = 20_000
"""A page with more figures takes longer than a person waits."""

_SEAL_LABEL: Final = "public-sources"


class NotPublished(Exception):
    """A file that is no published table; the message says why and what to do."""


def read_published_table(name: str, content: bytes) -> Sheet:
    """Read the table of a published file: its only one, or that with the most rows.

    Args:
        name: name of the file.
        content: its bytes.

    Returns:
        The table.

    Raises:
        UnreadableFile: the file cannot be read.
        NotPublished: the file lists students.
    """
    sheets = read_file_in_child_process(name, content, keep_totals=True)
    sheet = max(sheets, key=lambda one: one.table.num_rows)
    if not sheet.table.num_rows:
        raise UnreadableFile(_("The table has no rows."))
    if any(find_student_columns(one) for one in sheets):
        raise NotPublished(
            _(
                "This file has columns about single students. It is not a published table. Do not "
                "add it here. Upload records of students under “Data submissions”: they need an "
                "agreement."
            )
        )
    return sheet


def build_figures(sheet: Sheet, roles: Mapping[str, ColumnRole]) -> list[IndicatorRow]:
    """Build the figures of a table.

    Args:
        sheet: the table.
        roles: what each column is.

    Returns:
        The figures.

    Raises:
        LayoutProblem: the roles of the columns cannot be.
        NotPublished: there are more than ``MAX_FIGURES``.
    """
    rows = build_indicator_rows(sheet, roles)
    if len(rows) > MAX_FIGURES:
        raise NotPublished(
            _(
                "The table has %(n)s figures. At most %(limit)s are added at a time. Choose “not "
                "read” for columns that you do not need, or upload fewer rows."
            )
            % {"n": intcomma(len(rows)), "limit": intcomma(MAX_FIGURES)}
        )
    return rows


def seal_file(digest: str, content: bytes) -> bytes:
    """Encrypt a file until it is confirmed."""
    return FieldSealer(derive_subkey(_SEAL_LABEL)).seal(digest, content)


def unseal_file(digest: str, sealed: bytes | memoryview) -> bytes:
    """Decrypt a file that waits to be confirmed."""
    return FieldSealer(derive_subkey(_SEAL_LABEL)).unseal(digest, sealed)
