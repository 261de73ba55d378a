"""Read every file of the published sample data as a data manager would, and write what came of it.

Each file is read from disk, recognized, and checked row by row in memory under an agreement that
covers every element; published tables become figures. Nothing is stored. The page says what Cairn
found, how many rows, what was left out and why, the seconds of one core, reading included, and how
long the pages take a person, which `person_time.py` measures.

    CAIRN_REAL_DATA=FOLDER python benchmarks/person_time.py --json times.json
    CAIRN_REAL_DATA=FOLDER python benchmarks/public_sources.py --times times.json
"""

import argparse
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

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
    parser.add_argument("--times", type=Path, required=True, help="what person_time.py wrote")
    args = parser.parse_args()
    times = json.loads(args.times.read_text("utf-8"))
    data = Path(os.environ.get("CAIRN_REAL_DATA", PAGE.parents[3] / "shared/data"))
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
        os.environ["CAIRN_DATA"] = folder
        django.setup()
        results = [(source, read_source(data, source)) for source in SOURCES]
    args.out.write_text(format_page(results, times), "utf-8")
    print(f"written: {args.out.name}")


def read_source(data: Path, source: Source) -> list[ReadFile]:
    """Read the files of one source; the first is read twice, so that nothing is loaded in it."""
    paths = list_files(data, source)
    read_as = read_figures if source.are_figures else read_records
    read_one(paths[0], read_as)
    return [read_one(path, read_as) for path in paths]


def list_files(data: Path, source: Source) -> list[Path]:
    """List the files of one source below the folder of the sample data."""
    paths = [path for path in sorted(data.glob(source.pattern)) if path.name != "LICENSE"]
    if not paths:
        raise SystemExit(f"No file of this source is in the folder: {source.title}")
    return paths


def read_one(path: Path, read_as: Callable[[str, bytes], ReadFile]) -> ReadFile:
    """Read one file, and measure how long it takes."""
    name = name_file(path)
    begin = time.process_time()
    content = path.read_bytes()
    try:
        result = read_as(path.name, content)
    except schema.UnreadableFile as problem:
        result = ReadFile(name, "not read", 0, "0", (str(problem),), 0.0)
    seconds = time.process_time() - begin
    return ReadFile(name, result.found, result.rows, result.taken, result.left_out, seconds)


def name_file(path: Path) -> str:
    """Name a file, by its product too where the folder is that of one product."""
    return f"{path.parts[-3]}/{path.name}" if "assessments" in path.parts else path.name


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


def format_time(seconds: float) -> str:
    """Format minutes and seconds, to the nearest five seconds."""
    minutes, rest = divmod(5 * round(seconds / 5), 60)
    return f"{minutes}:{rest:02}"


def format_page(results: Sequence[tuple[Source, Sequence[ReadFile]]], times: dict[str, Any]) -> str:
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
    walks_by_source: dict[str, dict[str, Any]] = {}
    for walk in times["files"]:
        walks_by_source.setdefault(walk["source"], {})[walk["file"]] = walk
    ends = [
        (walk := walks_by_source[source.title][file.name], _find_other_end(file, walk))
        for source, read in results
        for file in read
    ]
    parts = [NOTE, opening, format_time_of_person(ends, times["not_covered"])]
    for source, read in results:
        walks = walks_by_source[source.title]
        parts.append(f"\n## {source.title}\n\n<{source.address}>. {source.terms}.\n\n")
        parts.append("| file | found | rows | became | left out, and why | seconds ")
        parts.append("| a person, minutes:seconds |\n|---|---|---:|---|---|---:|---:|\n")
        parts += [_format_line(files, walks) for files in _group_alike(read, walks)]
    return "".join(parts)


def format_time_of_person(
    ends: Sequence[tuple[dict[str, Any], str]], not_covered: Sequence[str]
) -> str:
    """Format how the time of a person was determined, the median and the longest.

    Args:
        ends: each walk, and where it ended if that is not what this page says of the file.
        not_covered: titles of the record types that the agreement could not cover.

    Returns:
        A section, in Markdown.
    """
    imported = [walk for walk, other in ends if walk["is_imported"] and not other]
    stopped = [walk["seconds"] for walk, other in ends if not walk["is_imported"] and not other]
    longest = max(imported, key=lambda walk: walk["seconds"])
    parts = {
        "waiting": median(walk["waited"] for walk in imported),
        "reading": median(walk["seconds"] - walk["waited"] - walk["acted"] for walk in imported),
        "acting": median(walk["acted"] for walk in imported),
    }
    shares = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in parts.items())
    with_columns = median(walk["seconds_with_columns"] for walk in imported)
    others = sum(1 for _walk, other in ends if other)
    different = (
        f" {others} {'walk' if others == 1 else 'walks'} did not end with the rows of the column "
        "*became*, which are those that `cairn receive` finds; the last column says how."
    )
    return (
        "\n## How long a file takes a person\n\n"
        "The last column is the time of a person on the pages, to the nearest five seconds: from "
        "the page *Upload a file* to the confirmed import, or from *Published data* to the added "
        "table. `benchmarks/person_time.py` sends a browser that way on a site of its own. It "
        "answers what a page requires and leaves the rest as the page proposes it. The time is "
        "what the browser waited (measured on the same machine, until the next page is loaded "
        "and the rows are checked), plus reading every visible word of each page at 238 words a "
        "minute (M. Brysbaert, 2019, *Journal of Memory and Language* 109, 104047), plus the "
        "actions by the keystroke-level model (S. Card, T. Moran and A. Newell, 1980, "
        "*Communications of the ACM* 23(7)): a key 0.28 s, pointing 1.1 s, a hand moved to the "
        "mouse or back 0.4 s, and 1.35 s to decide before each action. Waiting is measured; "
        "reading and acting are a model, and no person was observed. Every walk reads the pages "
        "as if for the first time.\n\n"
        f"{len(imported)} of {len(ends)} files became the rows or figures that this page names: "
        f"median {format_time(median(walk['seconds'] for walk in imported))} ({shares}), longest "
        f"{format_time(longest['seconds'])} ({longest['file']}). The page folds a long list of "
        "columns, and the walk leaves it folded; with that list opened and read to the end, the "
        f"median is {format_time(with_columns)}. {len(stopped)} files without records that Cairn "
        f"takes ended with a refusal in words, median {format_time(median(stopped))}."
        f"{different if others else ''} The agreement covers what the agreement of a school "
        "district can cover. That leaves out "
        f"{', '.join(title.lower() for title in not_covered)}.\n"
    )


def _group_alike(read: Sequence[ReadFile], walks: dict[str, Any]) -> list[list[ReadFile]]:
    """Put files without records together if the same is said of them."""
    groups: dict[object, list[ReadFile]] = {}
    for file in read:
        alike = (file.found, file.left_out, _find_other_end(file, walks[file.name]))
        groups.setdefault(alike if file.taken == "0" else file.name, []).append(file)
    return list(groups.values())


def _find_other_end(file: ReadFile, walk: dict[str, Any]) -> str:
    """Find where the walk ended, if its rows or figures are not those of this page."""
    counted = re.match(r"[\d,]+ \w+", walk["end"]) if walk["is_imported"] else None
    became = counted[0] if counted else "0"
    return "" if became == file.taken.partition(", ")[0] else walk["end"].rstrip(".")


def _format_line(files: Sequence[ReadFile], walks: dict[str, Any]) -> str:
    first, rows = files[0], sum(file.rows for file in files)
    seconds = [walks[file.name]["seconds"] for file in files]
    taken = dict.fromkeys(format_time(each) for each in (min(seconds), max(seconds)))
    ends = (" to ".join(taken), _find_other_end(first, walks[first.name]))
    cells = (
        ", ".join(file.name for file in files),
        first.found,
        f"{rows:,}",
        first.taken,
        "; ".join(note.rstrip(".") for note in first.left_out) or "nothing",
        f"{sum(file.seconds for file in files):.3f}",
        "; ".join(end for end in ends if end),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    main()
