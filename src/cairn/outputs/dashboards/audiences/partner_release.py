"""Collect the figures of the releases that are for one partner."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Final

from django.utils import timezone

from cairn.governance.partners.api import Organization
from cairn.outputs.dashboards import queries
from cairn.outputs.dashboards.audiences.partner_report import ReportLine, list_lines
from cairn.outputs.releases import api as releases_api
from cairn.warehouse import exporters

FILE_COLUMNS: Final = (
    "partner", "legal_basis", "outcome", "school_year", "group", "figure", "students", "beside",
    "difference", "suppressed", "as_of",
)  # fmt: skip
"""The columns of the figures as a file: one figure a line."""


@dataclass(frozen=True, slots=True)
class PartnerRelease:
    """Hold the figures of a partner's releases, the newest years first.

    Attributes:
        organization: the partner.
        releases: the releases, newest first.
        lines: the figures of the partner's children, beside those of all others.
        basis: the legal bases of the agreements.
    """

    organization: Organization
    releases: Sequence[releases_api.Release]
    lines: tuple[ReportLine, ...]
    basis: str

    @property
    def newest(self) -> list[ReportLine]:
        """Return the figures of all children of the partner in the newest year of each outcome."""
        return [line for line in self.lines if line.is_newest and not line.is_part]

    @property
    def headline(self) -> ReportLine | None:
        """Return the first of the newest figures that is shown, else the first; None if none is."""
        newest = self.newest
        return next((line for line in newest if not line.is_suppressed), next(iter(newest), None))

    @property
    def parts(self) -> list[ReportLine]:
        """Return the newest figures of schools and of smaller groups."""
        return [line for line in self.lines if line.is_newest and line.is_part]

    @property
    def earlier(self) -> list[ReportLine]:
        """Return the figures of earlier years of all children of the partner."""
        return [line for line in self.lines if not line.is_newest and not line.is_part]

    @property
    def suppressed(self) -> int:
        """Return how many of the figures are suppressed."""
        return sum(line.is_suppressed for line in self.lines)

    @property
    def days(self) -> list[date]:
        """Return the days on which the figures were counted."""
        return [line.counted_on for line in self.lines if line.counted_on]

    @property
    def published_on(self) -> date | None:
        """Return the day on which the newest release was published."""
        published = [row.published_at for row in self.releases if row.published_at]
        return timezone.localdate(max(published)) if published else None


def build_partner_release(
    organization: Organization, releases: Sequence[releases_api.Release]
) -> PartnerRelease:
    """Build the figures of some releases for one partner, which policy allowed to read.

    Args:
        organization: the partner.
        releases: its releases, newest first.
    Returns:
        The figures; those of a later release replace those of an earlier one.
    """
    state = releases_api.compose_released_state(releases)
    outcomes = (
        queries.build_released_outcome(definition, state)
        for definition in releases_api.load_indicator_catalogue().values()
    )
    lines = [
        line
        for each in outcomes
        if each
        for line in list_lines(each, organization, is_for_partner=True)
    ]
    lines.sort(key=lambda line: (not line.is_newest, line.is_part))
    references = {name for row in releases for name in row.agreements}
    bases = {
        releases_api.label_legal_basis(terms.basis)
        for terms in releases_api.load_lineage(references)
    }
    return PartnerRelease(organization, releases, tuple(lines), ", ".join(sorted(bases)))


def list_release_rows(found: PartnerRelease) -> Iterator[Sequence[str | date | None]]:
    """Yield the lines for a file, in the order of `FILE_COLUMNS`."""
    for line in found.lines:
        yield (
            found.organization.name, found.basis, line.title, line.year, line.group, line.share,
            line.size, line.others, line.difference, "yes" if line.is_suppressed else "no",
            line.counted_on,
        )  # fmt: skip


def format_release_csv(found: PartnerRelease) -> str:
    """Format the figures as CSV. Text in it cannot be read as a formula."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(FILE_COLUMNS)
    for row in list_release_rows(found):
        writer.writerow(
            exporters.escape_formula(value) if isinstance(value, str) else value for value in row
        )
    return buffer.getvalue()


def write_release_workbook(
    found: PartnerRelease, sheet: str, notes: tuple[str, Iterable[tuple[str, str]]]
) -> bytes:
    """Write the figures as an Excel workbook, with a sheet of notes on their source."""
    buffer = BytesIO()
    title, lines = notes
    book = exporters.ExcelWorkbook(buffer, FILE_COLUMNS, sheet=sheet, notes=(title, tuple(lines)))
    for row in list_release_rows(found):
        book.add(row)
    book.close()
    return buffer.getvalue()
