"""What `cairn deidentify` does: proposals for a person to read, and what the person decided."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cairn.cli.cell_files import read_sheet
from cairn.cli.linking_files import target
from cairn.cli.published_files import write
from cairn.cli.voice import Unusable, Voice
from cairn.disclosure.microdata.free_text import Names, cleaned, names, words
from cairn.disclosure.microdata.masks import Found
from cairn.warehouse.linking.given_names import is_given_name
from cairn.warehouse.read import ROW

_REVIEW: Final = ("id", "text", "proposal", "found", "decision", "final", "reviewer")
_MOST_TOLD: Final = 10
"""Rows named in one message."""


class Word(StrEnum):
    """What a person may decide of a text."""

    ACCEPT = "accept"
    EDIT = "edit"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Order:
    """The command as it was typed."""

    file: Path
    column: str
    out: Path | None
    named_by: tuple[str, ...] = ()
    names: Path | None = None


@dataclass(frozen=True, slots=True)
class _Decided:
    """What a person decided of one text, and who; ``left`` is what the aid still sees in it."""

    text: str
    word: Word
    reviewer: str
    left: Counter[Found]


def propose(voice: Voice, order: Order) -> None:
    """Writes each different text once, with a proposal and room for a decision, which no machine
    fills in."""
    inputs = [order.file, *([order.names] if order.names else [])]
    out = target(order.out, inputs, "review.csv")
    columns = tuple(name.strip() for said in order.named_by for name in said.split(","))
    texts, table = _texts(order, columns)
    known = _known(order, texts, (table[name] for name in columns))
    total: Counter[Found] = Counter()
    rows = []
    for text in texts:
        proposal, found = cleaned(text, known)
        total += found
        told = "; ".join(f"{kind} {n}" for kind, n in sorted(found.items()))
        rows.append([_id(text), _guarded(text), _guarded(proposal), told, "", "", ""])
    write(out, _csv(_REVIEW, rows))
    voice.facts.update(
        written=str(out), texts=len(texts), found={k.value: n for k, n in total.items()}
    )
    voice.plain(
        f"{len(texts):,} different texts, {sum(total.values()):,} places marked. Written: {out}. "
        "It tells as much as the file itself. Read every text: under decision write accept, edit "
        "or refuse, under reviewer your name; then run the command again with --reviewed."
    )
    if not columns and order.names is None:
        voice.plain(
            "! No names were given to look for (--named-by, --names): names in small letters, and "
            "rare ones, stand there unmarked."
        )


def finish(voice: Voice, order: Order, reviewed: Path) -> None:
    """Writes the file with the texts as they were decided, once each has been."""
    if order.named_by or order.names:
        raise Unusable("--named-by and --names go with the first step, not with --reviewed.")
    out = target(order.out, [order.file, reviewed], "clean.csv")
    texts, table = _texts(order, ())
    decided = _decisions(reviewed)
    waiting = [text for text in texts if _id(text) not in decided]
    if waiting:
        voice.found()
        voice.facts.update(written=None, undecided=len(waiting))
        voice.aside(
            f"Nothing was written. {len(waiting):,} of {len(texts):,} texts have no decision in "
            f"{reviewed.name}: a person must read each."
        )
        return
    said = [decided[_id(text)] for text in texts]
    new = {text: one.text for text, one in zip(texts, said, strict=True)}
    header = [name for name in table if name != ROW]
    changed = {**table, order.column: [new.get(_said(one), "") for one in table[order.column]]}
    content = _csv(header, zip(*(changed[name] for name in header), strict=True))
    write(out, content)
    left = sum((one.left for one in said), Counter[Found]())
    counts = Counter(one.word for one in said)
    voice.facts.update(
        written=str(out),
        texts=len(texts),
        decisions={word.value: counts[word] for word in Word},
        reviewers=sorted({one.reviewer for one in said}),
        left_by_reviewers={kind.value: n for kind, n in left.items()},
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
    voice.plain(
        f"{counts[Word.ACCEPT]:,} accepted, {counts[Word.EDIT]:,} edited, {counts[Word.REFUSE]:,} "
        f"refused and left blank. Written: {out}"
    )
    if left:
        told = ", ".join(f"{kind} {n}" for kind, n in sorted(left.items()))
        voice.plain(f"! In edited texts the aid still sees: {told}. The reviewer's word stands.")


def _texts(
    order: Order, more: Sequence[str]
) -> tuple[list[str], Mapping[str, Sequence[str | None]]]:
    """Each different text, and all columns of the file."""
    sheet = read_sheet(order.file, (order.column, *more))
    table = {name: sheet.table.column(name).to_pylist() for name in (*sheet.header, ROW)}
    texts = list(dict.fromkeys(filter(None, map(_said, table[order.column]))))
    if not texts:
        raise Unusable(f"{order.file.name}: nothing stands in the column {order.column}.")
    return texts, table


def _said(text: str | None) -> str:
    return (text or "").strip()


def _known(order: Order, texts: Iterable[str], columns: Iterable[Sequence[str | None]]) -> Names:
    """The names of the file's own people, those handed in, and given names that people have."""
    own = [name for column in columns for name in column if name]
    if order.names:
        try:
            own += order.names.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise Unusable(f"--names: {order.names} cannot be read as text.") from problem
    seen = {word for text in texts for word in words(text) if word[0].isupper()}
    return names(own, [word for word in seen if is_given_name(word)])


def _decisions(path: Path) -> dict[str, _Decided]:
    """What was decided, by the id of the text."""
    sheet = read_sheet(path, _REVIEW)
    columns = [sheet.table.column(name).to_pylist() for name in (ROW, *_REVIEW)]
    return {
        row["id"]: _decision(path, at, row)
        for at, *cells in zip(*columns, strict=True)
        if (row := dict(zip(_REVIEW, map(_said, cells), strict=True)))["decision"]
    }


def _decision(path: Path, at: int, row: Mapping[str, str]) -> _Decided:
    place = f"{path.name}, row {at}"
    try:
        word = Word(row["decision"].casefold())
    except ValueError:
        raise Unusable(
            f"{place}, column decision: write {', '.join(Word)}, or leave it empty."
        ) from None
    if not row["reviewer"]:
        raise Unusable(f"{place}, column reviewer: empty. Whoever read the text stands there.")
    proposal, final = _bare(row["proposal"]), _bare(row["final"])
    if word is Word.EDIT and not final:
        raise Unusable(f"{place}, column final: empty. Write the text as it shall be, or refuse.")
    if word is not Word.EDIT and final:
        raise Unusable(f"{place}: there is a text under final. Write edit under decision.")
    if word is Word.ACCEPT and cleaned(proposal)[1]:
        raise Unusable(
            f"{place}, column proposal: it was changed, and something stands there that should "
            "be marked. Write what you want under final, and edit under decision."
        )
    text = {Word.ACCEPT: proposal, Word.EDIT: final, Word.REFUSE: ""}[word]
    return _Decided(text, word, row["reviewer"], cleaned(text)[1])


def _id(text: str) -> str:
    """What a row of the review is known by, however a spreadsheet changes the text beside it."""
    return "t" + hashlib.sha256(text.encode()).hexdigest()[:20]


def _guarded(text: str) -> str:
    """A text that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def _bare(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def _csv(header: Sequence[str], rows: Iterable[Iterable[str | None]]) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell or "" for cell in row] for row in rows)
    return sink.getvalue()
