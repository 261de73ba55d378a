"""What `cairn trace` does: a column of a file against the mark of every copy."""

import csv
from pathlib import Path

from django.utils import timezone

from cairn.cli.voice import Unusable, Voice
from cairn.disclosure.microdata.copies import traced
from cairn.partners.facts import actor
from cairn.partners.operator import operator
from cairn.releases.extracts import queries
from cairn.rules.extract import may_view_extracts


def traced_to(voice: Voice, file: Path, column: str, acting: str | None) -> None:
    """Says whose copy it is. Raises ``Unusable`` where the file has no such column."""
    who, today = actor(operator(acting)), timezone.localdate()
    may_view_extracts(who, today).require()
    copies = {str(row.pk): row for row in queries.visible(who, today) if row.mark}
    marks = {number: bytes.fromhex(row.mark) for number, row in copies.items()}
    found = traced(_codes(file, column), marks)
    voice.facts.update(
        {"children": found.children, "extract": found.copy, "agreement": dict(found.agreement)}
    )
    if found.copy is None:
        voice.say("It is no copy that was handed out here, or its order was changed.")
        voice.found()
        return
    row = copies[found.copy]
    day = timezone.localdate(row.fetched_at)
    voice.say(f"Extract {row.pk}, fetched on {day} by {row.recipient.name}, {row.organization}.")


def _codes(file: Path, column: str) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if column not in (reader.fieldnames or ()):
                raise Unusable(f"{file.name} has no column “{column}”. Name it with --column.")
            return [row[column] for row in reader if row[column]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unusable(f"{file.name} cannot be read as CSV in UTF-8.") from error
