"""Run `cairn deidentify`: write proposals to read, and apply what the person decided."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cairn.interfaces.cli.command_files import check_output_path
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.cli.sdc.cell_files import read_matching_sheet
from cairn.interfaces.cli.sdc.published_files import write_text_file
from cairn.matching.standardize import is_given_name
from cairn.sdc import microdata
from cairn.warehouse.exporters import escape_formula, restore_formula
from cairn.warehouse.schema import ROW_COLUMN

_REVIEW_COLUMNS: Final = ("id", "text", "proposal", "found", "decision", "final", "reviewer")

_MOST_NAMED_ROWS: Final = 10
"""Rows named in one message."""


class TextDecision(StrEnum):
    """Name what a person may decide about a text."""

    ACCEPT = "accept"
    EDIT = "edit"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class DeidentifyOptions:
    """Hold the command as it was typed."""

    file: Path
    column: str
    out: Path | None
    named_by: tuple[str, ...] = ()
    names: Path | None = None


@dataclass(frozen=True, slots=True)
class _DecidedText:
    """Hold what a person decided about one text, and who.

    Args:
        text: as decided.
        word: the decision.
        reviewer: the person.
        left: what the aid still finds in the text.
    """

    text: str
    decision: TextDecision
    reviewer: str
    left: Counter[microdata.MaskKind]


def write_proposals(voice: CommandOutput, options: DeidentifyOptions) -> None:
    """Write each different text once, with a proposal and space for a person's decision."""
    inputs = [options.file, *([options.names] if options.names else [])]
    out = check_output_path(options.out, inputs, "review.csv")
    columns = tuple(
        name.strip() for names_option in options.named_by for name in names_option.split(",")
    )
    texts, table = _read_texts(options, columns)
    known_names = _collect_names(options, texts, (table[name] for name in columns))
    total: Counter[microdata.MaskKind] = Counter()
    rows = []
    for text in texts:
        proposal, counts = microdata.clean_free_text(text, known_names)
        total += counts
        findings = "; ".join(f"{kind} {n}" for kind, n in sorted(counts.items()))
        rows.append(
            [
                _compute_text_id(text),
                escape_formula(text),
                escape_formula(proposal),
                *(findings, "", "", ""),
            ]
        )
    write_text_file(out, _format_csv(_REVIEW_COLUMNS, rows))
    voice.facts.update(
        written=str(out), texts=len(texts), found={k.value: n for k, n in total.items()}
    )
    voice.print_text(
        f"{len(texts):,} different texts, {sum(total.values()):,} places marked. Written: {out}. "
        "This file is as confidential as the original. Read every text. Under decision write "
        "accept, edit or refuse; under reviewer write your name. Then run the command again with "
        "--reviewed."
    )
    if not columns and options.names is None:
        voice.print_text(
            "! You gave no names to look for (--named-by, --names). Names in lowercase and rare "
            "names are not marked."
        )


def write_decided_texts(voice: CommandOutput, options: DeidentifyOptions, reviewed: Path) -> None:
    """Write the file with the texts as they were decided, once each has been."""
    if options.named_by or options.names:
        raise CommandUsageError(
            "--named-by and --names work in the first step, not with --reviewed."
        )
    out = check_output_path(options.out, [options.file, reviewed], "clean.csv")
    texts, table = _read_texts(options, ())
    decided = _read_decisions(reviewed)
    undecided_texts = [text for text in texts if _compute_text_id(text) not in decided]
    if undecided_texts:
        voice.mark_findings()
        voice.facts.update(written=None, undecided=len(undecided_texts))
        voice.print_error_line(
            f"Nothing was written. {len(undecided_texts):,} of {len(texts):,} texts have no "
            f"decision in {reviewed.name}. A person must read each of them."
        )
        return
    decisions = [decided[_compute_text_id(text)] for text in texts]
    text_by_original = {
        text: decided_text.text for text, decided_text in zip(texts, decisions, strict=True)
    }
    header = [name for name in table if name != ROW_COLUMN]
    changed = {
        **table,
        options.column: [
            text_by_original.get(_strip_text(decided_text), "")
            for decided_text in table[options.column]
        ],
    }
    content = _format_csv(header, zip(*(changed[name] for name in header), strict=True))
    write_text_file(out, content)
    left = sum((decided_text.left for decided_text in decisions), Counter[microdata.MaskKind]())
    counts = Counter(decided_text.decision for decided_text in decisions)
    voice.facts.update(
        written=str(out),
        texts=len(texts),
        decisions={word.value: counts[word] for word in TextDecision},
        reviewers=sorted({decided_text.reviewer for decided_text in decisions}),
        left_by_reviewers={kind.value: n for kind, n in left.items()},
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
    voice.print_text(
        f"{counts[TextDecision.ACCEPT]:,} accepted, {counts[TextDecision.EDIT]:,} edited, "
        f"{counts[TextDecision.REFUSE]:,} "
        f"refused and left blank. Written: {out}"
    )
    if left:
        findings = ", ".join(f"{kind} {n}" for kind, n in sorted(left.items()))
        voice.print_text(
            f"! Edited texts still contain: {findings}. The reviewer's decision applies."
        )


def _read_texts(
    options: DeidentifyOptions, more: Sequence[str]
) -> tuple[list[str], Mapping[str, Sequence[str | None]]]:
    """Read each different text, and all columns of the file."""
    sheet = read_matching_sheet(options.file, (options.column, *more))
    table = {name: sheet.table.column(name).to_pylist() for name in (*sheet.header, ROW_COLUMN)}
    texts = list(dict.fromkeys(filter(None, map(_strip_text, table[options.column]))))
    if not texts:
        raise CommandUsageError(f"{options.file.name}: the column {options.column} is empty.")
    return texts, table


def _strip_text(text: str | None) -> str:
    return (text or "").strip()


def _collect_names(
    options: DeidentifyOptions, texts: Iterable[str], columns: Iterable[Sequence[str | None]]
) -> microdata.NameList:
    """Collect the names of the file's own people, those given, and given names that people have."""
    own = [name for column in columns for name in column if name]
    if options.names:
        try:
            own += options.names.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandUsageError(
                f"--names: {options.names} cannot be read as text."
            ) from problem
    seen = {
        word for text in texts for word in microdata.split_name_words(text) if word[0].isupper()
    }
    return microdata.build_name_list(own, [word for word in seen if is_given_name(word)])


def _read_decisions(path: Path) -> dict[str, _DecidedText]:
    """Read what was decided, by the id of the text."""
    sheet = read_matching_sheet(path, _REVIEW_COLUMNS)
    columns = [sheet.table.column(name).to_pylist() for name in (ROW_COLUMN, *_REVIEW_COLUMNS)]
    return {
        row["id"]: _read_decision(path, row_number, row)
        for row_number, *cells in zip(*columns, strict=True)
        if (row := dict(zip(_REVIEW_COLUMNS, map(_strip_text, cells), strict=True)))["decision"]
    }


def _read_decision(path: Path, row_number: int, row: Mapping[str, str]) -> _DecidedText:
    location = f"{path.name}, row {row_number}"
    try:
        decision = TextDecision(row["decision"].casefold())
    except ValueError:
        raise CommandUsageError(
            f"{location}, column decision: use {', '.join(TextDecision)}, or leave it empty."
        ) from None
    if not row["reviewer"]:
        raise CommandUsageError(
            f"{location}, column reviewer: empty. Enter the name of the person who read the text."
        )
    proposal, final = restore_formula(row["proposal"]), restore_formula(row["final"])
    if decision is TextDecision.EDIT and not final:
        raise CommandUsageError(
            f"{location}, column final: empty. Enter the final text, or refuse."
        )
    if decision is not TextDecision.EDIT and final:
        raise CommandUsageError(
            f"{location}: there is a text under final. Enter edit under decision."
        )
    if decision is TextDecision.ACCEPT and microdata.clean_free_text(proposal)[1]:
        raise CommandUsageError(
            f"{location}, column proposal: it was changed and has something that must be marked. "
            "Enter your text under final, and edit under decision."
        )
    text = {TextDecision.ACCEPT: proposal, TextDecision.EDIT: final, TextDecision.REFUSE: ""}[
        decision
    ]
    return _DecidedText(text, decision, row["reviewer"], microdata.clean_free_text(text)[1])


def _compute_text_id(text: str) -> str:
    """Compute the id of a row of the review, which holds even if a spreadsheet changes the text."""
    return "t" + hashlib.sha256(text.encode()).hexdigest()[:20]


def _format_csv(header: Sequence[str], rows: Iterable[Iterable[str | None]]) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell or "" for cell in row] for row in rows)
    return sink.getvalue()
