"""Run `cairn dictionary`: read a data dictionary, report on it, keep it for a provider."""

from pathlib import Path
from typing import Final

from django.utils import timezone

from cairn.governance.dictionaries.api import import_dictionary
from cairn.governance.dictionaries.reader import (
    BadDictionary,
    DictionaryReport,
    read_dictionary_file,
)
from cairn.governance.partners.api import Organization, find_operator
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError

_REPORT_LINES: Final = {
    "elements": "elements",
    "blank_definitions": "with a blank definition",
    "kinds_put_right": "with a type that was misspelled and put right",
    "kinds_unknown": "with a type that nobody knows",
    "still_collected": "still collected",
    "without_years": "without years",
    "years_unreadable": "with years that cannot be read",
    "repeated": "named twice and set aside",
    "without_name": "rows without a name, set aside",
}


def show_dictionary(voice: CommandOutput, file: Path) -> None:
    """Read the file and report its contents; nothing is kept."""
    try:
        dictionary_file = read_dictionary_file(file.name, _read_content(file))
    except BadDictionary as error:
        raise CommandUsageError(str(error)) from error
    _show_report(
        voice, dictionary_file.report, [(d.name, len(d.entries)) for d in dictionary_file.data_sets]
    )
    voice.plain("Nothing is kept: give --from ORG to put it on record.")


def keep_dictionary(
    voice: CommandOutput, file: Path, organization: str, acting: str | None
) -> None:
    """Put the dictionary on record for a provider."""
    by, at = find_operator(acting), timezone.localtime()
    owner = Organization.objects.filter(slug=organization).first()
    if owner is None:
        known = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandUsageError(
            f"--from: nobody here is called “{organization}”. Partners: {known}."
        )
    try:
        imported = import_dictionary(
            organization=owner, name=file.name, content=_read_content(file), by=by, at=at
        )
    except BadDictionary as error:
        raise CommandUsageError(str(error)) from error
    kept = [(d.data_set, d.elements.count()) for d in imported.dictionaries]
    _show_report(voice, imported.report, kept)
    voice.plain("Their classes are guesses until a person confirms them on the page.")


def _read_content(file: Path) -> bytes:
    if not file.is_file():
        raise CommandUsageError(f"{file}: there is no such file.")
    return file.read_bytes()


def _show_report(
    voice: CommandOutput, report: DictionaryReport, data_sets: list[tuple[str, int]]
) -> None:
    voice.facts.update(report.counts(), data_sets=dict(data_sets), rows=report.rows)
    for name, elements in data_sets:
        voice.plain(f"{name}: {elements} elements")
    for kind, words in _REPORT_LINES.items():
        if (n := report.counts()[kind]) and kind != "elements":
            rows = ", ".join(map(str, report.rows.get(kind, ())))
            voice.plain(f"  {n} {words} (rows {rows})")
