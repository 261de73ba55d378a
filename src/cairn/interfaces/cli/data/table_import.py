"""Run `cairn add-table`: show what a published table holds, and add its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from cairn.data.public_sources import api as public_sources
from cairn.governance.partners.api import find_operator, load_actor
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.questions import may_add_public_source
from cairn.warehouse.published_tables import (
    ColumnProposal,
    ColumnRole,
    IndicatorRow,
    LayoutProblem,
    count_value_kinds,
    propose_column_roles,
)
from cairn.warehouse.schema import UnreadableFile

_LABELS: Final[Mapping[ColumnRole, str]] = {
    ColumnRole.PLACE: "Place",
    ColumnRole.PLACE_ID: "Code of the place",
    ColumnRole.PERIOD: "Year or period",
    ColumnRole.GROUP: "Group or category",
    ColumnRole.ESTIMATE: "Figure",
    ColumnRole.MARGIN: "Margin of error",
    ColumnRole.NUMERATOR: "Numerator of the figure",
    ColumnRole.DENOMINATOR: "Denominator of the figure",
    ColumnRole.IGNORED: "Not read",
}


@dataclass(frozen=True, slots=True)
class TableOptions:
    """Hold the options of the command as they were typed."""

    file: Path
    title: str
    publisher: str
    address: str
    license: str
    as_of: datetime
    level: str
    area: str
    higher_is: str
    columns: Sequence[str]
    accept_proposals: bool
    acting: str | None
    replaces: str


def add_published_table(output: CommandOutput, options: TableOptions) -> None:
    """Show the columns and figures of a published table; with --yes add it."""
    by, at = find_operator(options.acting), timezone.localtime()
    who, today = load_actor(by), timezone.localdate(at)
    may_add_public_source(who, today).require()
    description = _build_description(options)
    earlier = _find_earlier_edition(options.replaces, who, today)
    name, content = options.file.name, _read_file(options.file)
    try:
        sheet = public_sources.read_published_table(name, content)
        proposals = public_sources.repeat_column_roles(
            propose_column_roles(sheet), earlier.column_roles if earlier else {}
        )
        roles = _choose_roles(proposals, options.columns)
        rows = public_sources.build_figures(sheet, roles)
    except (UnreadableFile, LayoutProblem, public_sources.NotPublished) as problem:
        raise CommandUsageError(f"{name}: {problem}") from problem
    _describe_table(output, name, proposals, roles, rows)
    if earlier is not None:
        _describe_difference(output, earlier, rows)
    output.facts |= {"rows": sheet.table.num_rows, "added": False}
    if not options.accept_proposals:
        output.print_text(
            "Nothing was added. If this is right, run the command again with --yes. To change a "
            "column, give --column NAME=KIND."
        )
        output.mark_findings()
        return
    try:
        source = public_sources.upload_public_source(
            description=description, name=name, content=content, earlier=earlier, by=by, at=at
        )
        _add_table(source, earlier, roles, rows, by, at)
    except public_sources.SourceConflict as problem:
        raise CommandUsageError(str(problem)) from problem
    output.facts["added"] = True
    output.print_text(f"{len(rows):,} figures added to “Published data”, as “{options.title}”.")


def _find_earlier_edition(named: str, who: Actor, on: date) -> public_sources.PublicSource | None:
    """Find the table that the file is a newer edition of, by its title or its number."""
    if not named:
        return None
    tables = public_sources.list_public_sources(who, on).filter(
        state=public_sources.SourceState.ADDED
    )
    found = list(tables.filter(title=named))
    if not found and named.isdecimal():
        found = list(tables.filter(pk=int(named)))
    if not found:
        raise CommandUsageError(f"--replaces: no table with the title “{named}” was added.")
    if len(found) > 1:
        numbers = ", ".join(str(table.pk) for table in found)
        raise CommandUsageError(
            f"--replaces: several tables have this title. Give the number of one: {numbers}."
        )
    return found[0]


def _add_table(
    source: public_sources.PublicSource,
    earlier: public_sources.PublicSource | None,
    roles: Mapping[str, ColumnRole],
    rows: Sequence[IndicatorRow],
    by: User,
    at: datetime,
) -> None:
    if earlier is None:
        public_sources.add_public_source(source=source, roles=roles, rows=rows, by=by, at=at)
    else:
        public_sources.replace_public_source(
            source=source, earlier=earlier, roles=roles, rows=rows, by=by, at=at
        )


def _describe_difference(
    output: CommandOutput, earlier: public_sources.PublicSource, rows: Sequence[IndicatorRow]
) -> None:
    """Say how the figures differ from those of the edition that they would replace."""
    difference = public_sources.compare_editions(
        earlier.figures.all(), [public_sources.build_public_figure(earlier, row) for row in rows]
    )
    counts = {
        name: getattr(difference, name) for name in ("added", "changed", "removed", "unchanged")
    }
    output.facts["difference"] = counts
    described = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    output.print_text(
        f"Replaces “{earlier.title}” as of {earlier.as_of.isoformat()}. Figures: {described}."
    )
    if difference.has_nothing_in_common:
        output.print_text("No place and period is in both. Is it a newer edition of that table?")
    if difference.changes:
        output.print_table(
            ("Figure", "Earlier", "Now"),
            [(each.label, each.earlier, each.later) for each in difference.changes],
        )


def _build_description(options: TableOptions) -> public_sources.SourceDescription:
    """Check what the options say of the table, as the form of the page does."""
    for option, value, choices in (
        ("--level", options.level, public_sources.SourceLevel.values),
        ("--higher-is", options.higher_is, public_sources.ValueDirection.values),
    ):
        if value not in choices:
            raise CommandUsageError(f"{option} is one of: {', '.join(choices)}.")
    try:
        URLValidator()(options.address)
    except ValidationError:
        raise CommandUsageError("--address: give a web address such as https://….") from None
    return public_sources.SourceDescription(
        title=options.title,
        publisher=options.publisher,
        address=options.address,
        license=options.license,
        as_of=options.as_of.date(),
        level=options.level,
        geography=options.area,
        direction=options.higher_is,
    )


def _read_file(path: Path) -> bytes:
    if path.stat().st_size > public_sources.MAX_FILE_BYTES:
        raise CommandUsageError(f"{path.name} is larger than 20 MB. Give fewer rows.")
    return path.read_bytes()


def _choose_roles(
    proposals: Sequence[ColumnProposal], chosen: Sequence[str]
) -> dict[str, ColumnRole]:
    """Return what each column is: as the user says, else as proposed."""
    roles = {proposal.column: proposal.role for proposal in proposals}
    for text in chosen:
        column, _equals, kind = text.rpartition("=")
        if column not in roles:
            raise CommandUsageError(f"--column: the table has no column “{column}”.")
        if kind not in [*ColumnRole]:
            raise CommandUsageError(f"--column: a kind is one of: {', '.join(ColumnRole)}.")
        roles[column] = ColumnRole(kind)
    return roles


def _describe_table(
    output: CommandOutput,
    name: str,
    proposals: Sequence[ColumnProposal],
    roles: Mapping[str, ColumnRole],
    rows: Sequence[IndicatorRow],
) -> None:
    counts = {kind.value: count for kind, count in count_value_kinds(rows).items() if count}
    output.facts |= {
        "file": name,
        "columns": {column: role.value for column, role in roles.items()},
        "figures": len(rows),
        "kinds": counts,
    }
    output.print_table(
        ("Column", "Read as", "Why"),
        [
            (p.column, _LABELS[role], p.reason if role is p.role else "chosen by you")
            for p in proposals
            for role in [roles[p.column]]
        ],
    )
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
    output.print_text(f"{name}: {len(rows):,} figures ({kinds or 'none'}).")
