"""What `cairn dictionary` does: a dictionary is read and told, and with a provider kept."""

from pathlib import Path
from typing import Final

from django.utils import timezone

from cairn.cli.voice import Unusable, Voice
from cairn.dictionaries import actions
from cairn.dictionaries.reading import BadDictionary, Report, read
from cairn.partners.models import Organization
from cairn.partners.operator import operator

_TOLD: Final = {
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


def look(voice: Voice, file: Path) -> None:
    """Read the file and tell what is in it; nothing is kept."""
    try:
        found = read(file.name, _content(file))
    except BadDictionary as error:
        raise Unusable(str(error)) from error
    _tell(voice, found.report, [(d.name, len(d.entries)) for d in found.data_sets])
    voice.plain("Nothing is kept: give --from ORG to put it on record.")


def keep(voice: Voice, file: Path, organization: str, acting: str | None) -> None:
    """Put the dictionary on record for a provider."""
    by, at = operator(acting), timezone.localtime()
    owner = Organization.objects.filter(slug=organization).first()
    if owner is None:
        known = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise Unusable(f"--from: nobody here is called “{organization}”. Partners: {known}.")
    try:
        imported = actions.import_dictionary(
            organization=owner, name=file.name, content=_content(file), by=by, at=at
        )
    except BadDictionary as error:
        raise Unusable(str(error)) from error
    kept = [(d.data_set, d.elements.count()) for d in imported.dictionaries]
    _tell(voice, imported.report, kept)
    voice.plain("Their classes are guesses until a person confirms them on the page.")


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise Unusable(f"{file}: there is no such file.")
    return file.read_bytes()


def _tell(voice: Voice, report: Report, data_sets: list[tuple[str, int]]) -> None:
    voice.facts.update(report.counts(), data_sets=dict(data_sets), rows=report.rows)
    for name, elements in data_sets:
        voice.plain(f"{name}: {elements} elements")
    for kind, words in _TOLD.items():
        if (n := report.counts()[kind]) and kind != "elements":
            rows = ", ".join(map(str, report.rows.get(kind, ())))
            voice.plain(f"  {n} {words} (rows {rows})")
