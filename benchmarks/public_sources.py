"""Read every file of the published sample data as a data manager would, and write what came of it.

Each file is read from disk, recognized, and checked row by row in memory under an agreement that
covers every element; published tables become figures. Nothing is stored. The page says what Cairn
found, how many rows, what was left out and why, and the seconds of one core, reading included.

    CAIRN_REAL_DATA=FOLDER python benchmarks/public_sources.py
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import django

from cairn.policy.engine.decision import Permit, Reason, conclude_decision
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Outcome
from cairn.warehouse import published_tables, schema
from cairn.warehouse.layouts import find_layout
from cairn.warehouse.pipeline import UnusableDelivery, choose_sheets, preview_rows
from cairn.warehouse.readers import read_file

PAGE = Path(__file__).parents[1] / "docs/reference/public-sources.md"
NOTE = "<!-- Written by benchmarks/public_sources.py; do not edit. -->\n"


@dataclass(frozen=True, slots=True)
class Source:
    """One collection of published files.

    Attributes:
        title: its public name.
        address: where it was published.
        terms: its license or terms of use.
        pattern: its files below the folder of the sample data.
        are_figures: whether its files are tables of figures, not of students.
    """

    title: str
    address: str
    terms: str
    pattern: str
    are_figures: bool = False


SOURCES = (
    Source(
        "Stepping Stones and the Regional Equity Profile, The Equity Center, University of "
        "Virginia: outcomes of children in Charlottesville and Albemarle County",
        "https://github.com/virginiaequitycenter",
        "Free to use with credit to The Equity Center; CC BY 4.0",
        "charlottesville/outcomes/*.csv",
        are_figures=True,
    ),
    Source(
        "Climate Atlas, The Equity Center, University of Virginia: American Community Survey "
        "2019 and other indicators by census tract",
        "https://github.com/virginiaequitycenter/cville-climate-atlas",
        "MIT",
        "charlottesville/acs/*.csv",
        are_figures=True,
    ),
    Source(
        "Climate Atlas: census tracts of 2010 and counties",
        "https://github.com/virginiaequitycenter/cville-climate-atlas",
        "MIT",
        "charlottesville/tracts/*.geojson",
    ),
    Source(
        "Ed-Fi Data Standard 5.2: sample interchanges of the district “Grand Bend ISD”",
        "https://github.com/Ed-Fi-Alliance-OSS/Ed-Fi-Data-Standard",
        "Apache-2.0",
        "edfi_grandbend/*.xml",
    ),
    Source(
        "Earthmover bundles for Ed-Fi, Education Analytics: exports of assessments, with "
        "anonymized rows",
        "https://github.com/edanalytics/earthmover_edfi_bundles",
        "Apache-2.0",
        "assessments/*/*/*.*",
    ),
    Source(
        "Human Services Data Specification 3.0, Open Referral: examples",
        "https://github.com/openreferral/specification",
        "CC BY-SA 4.0",
        "hsds/v3.0/examples/csv/*.csv",
    ),
    Source(
        "A resource directory in Florida in HSDS 1, Open Referral",
        "https://github.com/openreferral/hsds-transformer",
        "MIT",
        "hsds/florida/*.csv",
    ),
    Source(
        "National Student Clearinghouse StudentTracker: the columns of a detail file, from its "
        "public description",
        "https://www.studentclearinghouse.org",
        "No data, column names only",
        "surveys/*.csv",
    ),
)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What came of one file.

    Attributes:
        name: its name, with the folder of its product.
        found: what Cairn found in it.
        rows: rows of the file.
        taken: what they became.
        left_out: what was left out, and why.
        seconds: of one core.
    """

    name: str
    found: str
    rows: int
    taken: str
    left_out: tuple[str, ...]
    seconds: float


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    args = parser.parse_args()
    data = Path(os.environ.get("CAIRN_REAL_DATA", PAGE.parents[3] / "shared/data"))
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
        os.environ["CAIRN_DATA"] = folder
        django.setup()
        args.out.write_text(format_page([(s, read_source(data, s)) for s in SOURCES]), "utf-8")
    print(f"written: {args.out.name}")


def read_source(data: Path, source: Source) -> list[ReadFile]:
    """Read the files of one source; the first is read twice, so that nothing is loaded in it."""
    paths = [path for path in sorted(data.glob(source.pattern)) if path.name != "LICENSE"]
    if not paths:
        raise SystemExit(f"No file of this source is in the folder: {source.title}")
    read_as = read_figures if source.are_figures else read_records
    read_one(paths[0], read_as)
    return [read_one(path, read_as) for path in paths]


def read_one(path: Path, read_as: Callable[[str, bytes], ReadFile]) -> ReadFile:
    """Read one file, and measure how long it takes."""
    name = "/".join(part for part in path.parts[-3:] if part in _list_names(path))
    begin = time.process_time()
    content = path.read_bytes()
    try:
        result = read_as(path.name, content)
    except schema.UnreadableFile as problem:
        result = ReadFile(name, "not read", 0, "0", (str(problem),), 0.0)
    seconds = time.process_time() - begin
    return ReadFile(name, result.found, result.rows, result.taken, result.left_out, seconds)


def _list_names(path: Path) -> set[str]:
    """Name a file by its product too, where the folder is that of one product."""
    return {path.name, path.parts[-3]} if "assessments" in path.parts else {path.name}


def read_figures(name: str, content: bytes) -> ReadFile:
    """Read a published table as the page *Published data* does."""
    (sheet,) = read_file(name, content, keep_totals=True)
    proposals = published_tables.propose_column_roles(sheet)
    rows = published_tables.build_indicator_rows(sheet, {p.column: p.role for p in proposals})
    kinds = published_tables.count_value_kinds(rows)
    unread = [
        proposal.column
        for proposal in proposals
        if proposal.role is published_tables.ColumnRole.IGNORED
    ]
    notes = [
        *(f"{kind.value}: {n:,}" for kind, n in kinds.items() if n and kind.value != "exact"),
        *_list_left_out([sheet]),
        *([f"columns not read: {', '.join(unread)}"] if unread else []),
    ]
    margins = sum(1 for row in rows if row.margin)
    taken = f"{len(rows):,} figures" + (f", {margins:,} with a margin of error" if margins else "")
    return ReadFile(name, "published table", _count_rows([sheet]), taken, tuple(notes), 0.0)


def read_records(name: str, content: bytes) -> ReadFile:
    """Read a file as `cairn receive` does for a sender with no earlier file."""
    from cairn.data.intake.api import describe_file_kind, recognize_feeds

    sheets = read_as_laid_out(name, content)
    feeds = recognize_feeds(name, sheets, {})
    if not feeds:
        kind = describe_file_kind(sheets) or "no record type of Cairn"
        return ReadFile(name, "no records of students", _count_rows(sheets), "0", (kind,), 0.0)
    found, notes, kept, used = [], [], 0, set[str]()
    for feed in feeds:
        chosen = choose_sheets(sheets, feed.mapping)
        layout = find_layout(chosen[0].header)
        if layout and layout.mapping.record != feed.mapping.record:
            layout = None
        used |= {sheet.name for sheet in chosen}
        title = feed.mapping.type.title_in_sentence
        about = f"{title}: " if len(feeds) > 1 else ""
        found.append(f"{title} ({layout.title})" if layout else title)
        try:
            report = preview_rows(
                sheets,
                feed.mapping,
                landing=issue_permit(Action.RECEIVE, feed.mapping.type),
                conforming=issue_permit(Action.CONFORM, feed.mapping.type),
            )
        except UnusableDelivery as problem:
            notes.append(str(problem))
            continue
        kept += report.rows_kept
        notes += [
            *(f"{p.message}: {p.count:,}" for p in report.set_aside_problems),
            *([f"{about}columns not read: {len(report.dropped):,}"] if report.dropped else []),
        ]
    notes += _list_left_out(sheets)
    others = [sheet for sheet in sheets if sheet.name not in used and sheet.table.num_rows]
    if others:
        tables = ", ".join(f"{sheet.name} ({sheet.table.num_rows:,})" for sheet in others)
        notes.append(f"tables that are no record type: {tables}")
    taken = f"{kept:,} rows"
    return ReadFile(name, "; ".join(found), _count_rows(sheets), taken, tuple(notes), 0.0)


def read_as_laid_out(name: str, content: bytes) -> Sequence[schema.Sheet]:
    """Read a file as `cairn receive` does; one of fixed width by the shipped layout that fits."""
    from cairn.data.intake.api import read_file_by_known_layout

    sheets, _widths = read_file_by_known_layout(name, content, read=read_file)
    return sheets


def issue_permit(action: Action, record: schema.RecordType) -> Permit:
    """Issue a permit for one step over every element of a record type."""
    card = RuleCard("BENCHMARK", "a benchmark", "It may.", "It may.", "Nothing.")
    elements = {field.element: Outcome.ALLOW for field in record.fields.values()}
    return conclude_decision(
        action,
        "benchmark",
        date(2026, 1, 15),
        [Reason(card, Outcome.ALLOW)],
        facts=[action],
        elements=elements,
    ).require()


def _count_rows(sheets: Iterable[schema.Sheet]) -> int:
    """Count the rows of the file: those that were read, and those with shifted cells."""
    return sum(sheet.table.num_rows + len(sheet.misfits) for sheet in sheets)


def _list_left_out(sheets: Iterable[schema.Sheet]) -> list[str]:
    notes = []
    for sheet in sheets:
        notes += [
            f"{note.message.rstrip('.')}: {note.count:,}"
            for note in sheet.left_out
            if not note.message.startswith("Column headings")
        ]
        if sheet.misfits:
            notes.append(f"rows with shifted cells: {len(sheet.misfits):,}")
    return notes


def format_page(results: Sequence[tuple[Source, Sequence[ReadFile]]]) -> str:
    """Format the page, in Markdown."""
    files = [file for _source, read in results for file in read]
    rows, seconds = sum(file.rows for file in files), sum(file.seconds for file in files)
    opening = (
        "# Public sources that were tried\n\n"
        "Cairn reads each of these published files as its publisher left it. *Found* is what "
        "Cairn proposes before a person confirms it; rows of students were checked under an "
        "agreement that covers every element, so that only what the file itself lacks is left "
        "out. A row can become several results, one for each test or subject. The seconds are "
        "those of one core, from the bytes on the disk to checked rows, measured on a machine "
        "with two cores beside other work.\n\n"
        f"In all {len(files)} files with {rows:,} rows in {seconds:.1f} seconds.\n"
    )
    parts = [NOTE, opening]
    for source, read in results:
        parts.append(f"\n## {source.title}\n\n<{source.address}>. {source.terms}.\n\n")
        parts.append("| file | found | rows | became | left out, and why | seconds |\n")
        parts.append("|---|---|---:|---|---|---:|\n")
        parts += [_format_line(files) for files in _group_alike(read)]
    return "".join(parts)


def _group_alike(read: Sequence[ReadFile]) -> list[list[ReadFile]]:
    """Put files without records together if the same is said of them."""
    groups: dict[object, list[ReadFile]] = {}
    for file in read:
        key = (file.found, file.left_out) if file.taken == "0" else file.name
        groups.setdefault(key, []).append(file)
    return list(groups.values())


def _format_line(files: Sequence[ReadFile]) -> str:
    first, rows = files[0], sum(file.rows for file in files)
    cells = (
        ", ".join(file.name for file in files),
        first.found,
        f"{rows:,}",
        first.taken,
        "; ".join(note.rstrip(".") for note in first.left_out) or "nothing",
        f"{sum(file.seconds for file in files):.3f}",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    main()
