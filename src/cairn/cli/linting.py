"""What `cairn lint` does with each file. Nothing here needs a database."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import typer

from cairn.agreements.format import BadAgreement, Reading, read
from cairn.agreements.format.schema import schema
from cairn.cli.agreement_files import text_of, tomls
from cairn.cli.voice import Unusable, Voice
from cairn.dictionaries.guessing import guess
from cairn.dictionaries.reading import BadDictionary, Entry
from cairn.dictionaries.reading import read as read_dictionary
from cairn.rules.agreement import Agreement
from cairn.rules.chain import circle, resolved
from cairn.rules.citations import Severity
from cairn.rules.counting import counted
from cairn.rules.dictionary import DataDictionary, DataElement
from cairn.rules.lint import Finding
from cairn.rules.lint import lint as findings_of


def print_schema() -> None:
    """The written form as a JSON Schema, on standard output."""
    typer.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
    raise typer.Exit


def look(voice: Voice, files: Iterable[Path], dictionaries: Iterable[str], on: date | None) -> None:
    """Tell what each file lacks. Files that name each other are read together."""
    paths = list(tomls(files))
    if not paths:
        raise Unusable("Name at least one file: cairn lint FILE.toml")
    held = [one for said in dictionaries for one in dictionaries_of(said)]
    readings = {path: _read(path) for path in paths}
    among = {r.agreement.reference: r.agreement for r in readings.values()}
    told = []
    for path, reading in readings.items():
        whole = resolved(reading.agreement, among)
        found = findings_of(whole, held or None, on or date.today())  # noqa: DTZ011 - a local day
        told.append(_told(voice, path, reading, found, circle(reading.agreement, among)))
    voice.facts["agreements"] = told
    law = sum(row["law"] for row in told)
    wrong = sum(len(row["mistakes"]) for row in told)
    unread = f"{counted(wrong, 'mistake', 'mistakes')} in the writing; " if wrong else ""
    further = " in what could be read" if wrong else ""
    said = f"{counted(law, 'finding', 'findings')} of law{further}"
    voice.plain(f"{len(told)} read; {unread}{said}.")


def _read(path: Path) -> Reading:
    try:
        return read(text_of(path))
    except BadAgreement as problem:
        raise Unusable(f"{path}: {problem}") from problem


def _told(
    voice: Voice, path: Path, reading: Reading, found: tuple[Finding, ...], way: tuple[str, ...]
) -> dict[str, Any]:
    mistakes = [asdict(mistake) for mistake in reading.mistakes]
    counts = {s.value: sum(f.severity is s for f in found) for s in Severity}
    if way or mistakes or counts[Severity.LAW]:
        voice.found()
    _say(voice, path, reading.agreement, reading, found)
    if way:
        voice.plain(f"  It rests on itself: {' → '.join(way)}.")
    return {
        "file": str(path),
        "reference": reading.agreement.reference,
        "mistakes": mistakes,
        "circle": list(way),
        "law": counts[Severity.LAW],
        "findings": [asdict(f) | {"key": f.key} for f in found],
    }


def _say(
    voice: Voice, path: Path, agreement: Agreement, reading: Reading, found: tuple[Finding, ...]
) -> None:
    voice.plain(f"{path}: {agreement.reference or 'no reference'}")
    for mistake in reading.mistakes:
        voice.plain(f"  {mistake}")
    for finding in found:
        where = f"{finding.id}, {finding.severity.value}, {finding.clause}"
        voice.plain(f"  ✗ {finding.message} ({where}; {finding.citation})")
        voice.plain(f"    Instead: {finding.instead}")
    if not found and not reading.mistakes:
        voice.plain("  Nothing to say against it.")


def dictionaries_of(said: str) -> Iterable[DataDictionary]:
    """The dictionaries of one file, its provider named before it where there are several."""
    organization, named, rest = said.partition("=")
    path = Path(rest if named else said)
    if not path.is_file():
        raise Unusable(f"--dictionary {said}: there is no such file.")
    try:
        found = read_dictionary(path.name, path.read_bytes())
    except BadDictionary as problem:
        raise Unusable(f"{path}: {problem}") from problem
    owner: Mapping[bool, str] = {True: organization, False: ""}
    for data_set in found.data_sets:
        elements = tuple(map(_element, data_set.entries))
        yield DataDictionary(owner[bool(named)], data_set.name, 1, elements)


def _element(entry: Entry) -> DataElement:
    guessed = guess(entry.name, entry.definition)
    return DataElement(
        name=guessed.matched or entry.name,
        own_name=entry.name,
        definition=entry.definition,
        kind=entry.kind,
        values=entry.values,
        first_year=entry.first_year,
        last_year=entry.last_year,
        identifier=guessed.identifier,
        special=guessed.special,
        ladder=guessed.ladder,
    )
