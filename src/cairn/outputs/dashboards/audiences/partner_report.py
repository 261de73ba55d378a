"""Collect the published figures in which one partner's own children are counted."""

import csv
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.partners import api as partners_api
from cairn.outputs.dashboards import queries
from cairn.outputs.dashboards.audiences.group_comparison import describe_difference
from cairn.outputs.releases import api as releases_api
from cairn.policy.vocabulary import Audience
from cairn.warehouse import exporters, measures

FILE_COLUMNS: Final = (
    "agreement", "legal_basis", "partner", "outcome", "school_year", "group", "figure",
    "students", "beside", "difference", "suppressed", "as_of",
)  # fmt: skip
"""The columns of the report as a file: one published figure a line."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """Hold one published figure of a partner's children, beside that of other children, in words.

    Attributes:
        outcome: ID of the outcome.
        title: its title.
        year: school year.
        group: the children of the figure.
        share: the figure.
        size: number of children, as published.
        others: the figure beside it, and which children it counts; empty if there is none.
        difference: how far the figure is above or below it.
        counted_on: the day of the count.
        is_suppressed: whether the figure is not shown.
        is_newest: whether it is of the newest year that counts the partner's children.
        is_part: whether it is of one school of a district.
        cohort: which students a fixed cohort has; empty if those of each period count.
    """

    outcome: str
    title: str
    year: str
    group: str
    share: str
    size: str
    others: str
    difference: str
    counted_on: date | None
    is_suppressed: bool
    is_newest: bool
    is_part: bool
    cohort: str = ""


@dataclass(frozen=True, slots=True)
class PartnerFigures:
    """Hold figures of a partner's children, the newest years and the largest groups first."""

    lines: tuple[ReportLine, ...]

    @property
    def newest(self) -> list[ReportLine]:
        """Return the newest figures of all children of the partner."""
        return [line for line in self.lines if line.is_newest and not line.is_part]

    @property
    def parts(self) -> list[ReportLine]:
        """Return the newest figures of single schools and of smaller groups."""
        return [line for line in self.lines if line.is_newest and line.is_part]

    @property
    def earlier(self) -> list[ReportLine]:
        """Return the figures of earlier years of all children of the partner."""
        return [line for line in self.lines if not line.is_newest and not line.is_part]

    @property
    def days(self) -> list[date]:
        """Return the days on which the figures were counted."""
        return [line.counted_on for line in self.lines if line.counted_on]

    def describe_suppressed(self) -> str:
        """Say how many of the figures are suppressed, and why."""
        count = len(self.lines)
        if not count:
            return _("Nothing. No figure is published yet")
        text = ngettext(
            "%(suppressed)s of %(count)s figure, to protect small groups",
            "%(suppressed)s of %(count)s figures, to protect small groups",
            count,
        )
        suppressed = sum(line.is_suppressed for line in self.lines)
        return text % {"suppressed": suppressed, "count": count}


@dataclass(frozen=True, slots=True)
class PartnerReport(PartnerFigures):
    """Hold the figures of a report that an agreement promises."""

    report: releases_api.PromisedReport

    @property
    def basis(self) -> str:
        """Return the legal basis of the agreement."""
        return releases_api.label_legal_basis(self.report.fact.agreement.basis)


def load_partner_report(report: releases_api.PromisedReport, on: date) -> PartnerReport:
    """Load the published figures of a report.

    Args:
        report: the promised report.
        on: the day of the decision.

    Returns:
        The figures that are public now: what was withdrawn is not among them.

    Raises:
        Refused: policy does not allow reading the published figures.
    """
    counted = {outcome for _release, outcome in report.outcomes}
    lines = [
        line
        for each in (queries.iterate_published_outcomes(on) if counted else ())
        if each.definition.id in counted
        for line in list_lines(each, report.organization, report.outcomes)
    ]
    lines.sort(key=lambda line: (not line.is_newest, line.is_part))
    return PartnerReport(tuple(lines), report)


PartnerGroup = tuple[releases_api.FigureKey, str, releases_api.FigureKey | None, str]
"""Key and label of a group, and those of the children beside it."""


def list_lines(
    each: queries.PublishedOutcome,
    partner: partners_api.Organization,
    counting: Container[tuple[int, str]] | None = None,
    *,
    is_for_partner: bool = False,
) -> Iterator[ReportLine]:
    """Yield the figures of a partner's children in one outcome, the newest year first.

    Args:
        each: the outcome.
        partner: the partner.
        counting: the releases, each with an outcome, that count the partner's children; None if all
            do.
        is_for_partner: whether the figures are for this partner only. Then every program in them
            is listed, with its smaller groups, such as its girls.
    Returns:
        The lines.
    """
    figures, newest = each.figures, ""
    groups = list(list_partner_groups(figures, partner, is_for_partner=is_for_partner))
    for year in reversed(figures.years):
        for key, label, other_key, other_label in groups:
            if key not in figures.tables[year]:
                continue
            # Figures of an earlier release may not count this partner's children.
            source = each.releases[year, key].pk, each.definition.id
            if counting is not None and source not in counting:
                continue
            newest = newest or year
            count = figures.get_figure(year, key)
            others = difference = ""
            if other_key is not None and other_key in figures.tables[year]:
                other_count = figures.get_figure(year, other_key)
                others = f"{releases_api.format_figure(other_count)} ({other_label})"
                difference = describe_difference(count, other_count)
            yield ReportLine(
                outcome=each.definition.id,
                title=releases_api.localize_text(each.definition.title),
                year=year,
                group=label,
                share=releases_api.format_figure(count),
                size=releases_api.format_group_size(count),
                others=others,
                difference=difference,
                counted_on=each.releases[year, key].as_of,
                is_suppressed=count.withheld,
                is_newest=year == newest,
                is_part="school" in key.dimensions or len(key.dimensions) > 1,
                cohort=_describe_cohort(key),
            )


def _describe_cohort(key: releases_api.FigureKey) -> str:
    days = (measures.get_cohort_date(dimension) for dimension in key.dimensions)
    return releases_api.describe_cohort(next(filter(None, days), None))


def list_partner_groups(
    figures: releases_api.OutcomeFigures,
    partner: partners_api.Organization,
    *,
    is_for_partner: bool = False,
) -> Iterator[PartnerGroup]:
    """Yield the groups of a partner: its district and schools, its programs, else all children.

    Args:
        figures: the figures of one outcome.
        partner: the partner.
        is_for_partner: whether the figures are for this partner only.
    Returns:
        The groups, a district before its schools.
    """
    slug = partner.slug
    names = {partner.name.casefold(), slug}
    program_names = names | {name.casefold() for name in partners_api.find_program_names(slug)}
    keys = {key for table in figures.tables.values() for key in table}
    own = {
        key
        for key in keys
        if key.dimensions
        and key.dimensions <= releases_api.PLACE_DIMENSIONS
        and key.get("district").casefold() in names
    }
    for key in sorted(own, key=lambda key: (len(key.dimensions), key.get("school"))):
        is_school = "school" in key.dimensions
        label = releases_api.label_school(key.get("school")) if is_school else partner.name
        yield key, label, releases_api.COUNTY_KEY, _("all children")
    programs = {
        dimension
        for key in keys
        for dimension in key.dimensions
        if len(key.dimensions) == 1
        and (name := measures.get_member_name(dimension))
        and (is_for_partner or name.casefold() in program_names)
    }
    for dimension in sorted(programs):
        label = _("Children of %(program)s") % {"program": releases_api.label_program(dimension)}
        members = exporters.build_group_key({dimension: measures.MEMBER})
        yield members, label, exporters.build_group_key({dimension: "no"}), _("all other children")
        for key in sorted(keys, key=releases_api.describe_group) if is_for_partner else ():
            values = {name: key.get(name) for name in key.dimensions}
            if len(values) > 1 and values.get(dimension) == measures.MEMBER:
                others = exporters.build_group_key({**values, dimension: "no"})
                yield key, releases_api.describe_group(key), others, _("all other children")
    if not (own or programs):
        yield releases_api.COUNTY_KEY, _("All children, yours among them"), None, ""


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """Hold one promised report, what became of it, and when it is due."""

    report: releases_api.PromisedReport
    state: str
    delivered_on: date | None
    due: date | None

    @property
    def partner(self) -> str:
        """Return the name of the partner."""
        return self.report.organization.name

    @property
    def agreement(self) -> str:
        """Return the reference of the agreement."""
        return self.report.reference

    @property
    def promise(self) -> str:
        """Return the report as the agreement names it."""
        return self.report.term.what


def describe_missing(report: releases_api.PromisedReport, on: date) -> list[tuple[str, str]]:
    """List the reasons why Cairn cannot deliver a due report yet.

    Args:
        report: the promised report.
        on: the day of the decision.

    Returns:
        Each reason with the next step; empty if the report can be delivered, or is not due.
    """
    if report.given and not report.is_due(on):
        return []
    return [
        (reason.message_for(Audience.STEWARD), reason.next_step)
        for reason in report.decide_delivery(on).refusals
    ]


def describe_state(report: releases_api.PromisedReport, on: date) -> str:
    """Describe in a few words whether a report was delivered, or what it waits for."""
    if report.given and not report.is_due(on):
        return _("Delivered")
    missing = describe_missing(report, on)
    return missing[0][0] if missing else _("Delivered on the next morning")


def list_file_rows(partner_report: PartnerReport) -> Iterator[Sequence[str | date | None]]:
    """Yield the lines of a report for a file, in the order of `FILE_COLUMNS`."""
    report = partner_report.report
    for line in partner_report.lines:
        suppressed = "yes" if line.is_suppressed else "no"
        yield (
            report.reference, partner_report.basis, report.organization.name, line.title,
            line.year, line.group, line.share, line.size, line.others, line.difference,
            suppressed, line.counted_on,
        )  # fmt: skip


def format_partner_csv(columns: Sequence[str], rows: Iterable[Sequence[str | date | None]]) -> str:
    """Format figures as CSV. Text in it cannot be read as a formula."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            exporters.escape_formula(value) if isinstance(value, str) else value for value in row
        )
    return buffer.getvalue()


def write_partner_workbook(
    columns: Sequence[str],
    rows: Iterable[Sequence[str | date | None]],
    notes: Sequence[tuple[str, str]],
) -> bytes:
    """Write figures as an Excel workbook, with a sheet of `notes` on their source."""
    buffer = BytesIO()
    book = exporters.ExcelWorkbook(
        buffer, columns, sheet=_("Figures"), notes=(_("Notes"), tuple(notes))
    )
    for row in rows:
        book.add(row)
    book.close()
    return buffer.getvalue()
