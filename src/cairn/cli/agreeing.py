"""What `cairn agree` does with each file."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils import timezone

from cairn.agreements import actions
from cairn.agreements.format import BadAgreement
from cairn.agreements.models import Agreement
from cairn.cli.voice import Unusable, Voice
from cairn.partners.operator import operator


def load(voice: Voice, files: Iterable[Path], acting: str | None) -> None:
    """Load each file; the first that cannot be read ends the command, named."""
    by = operator(acting)
    rows: list[Agreement] = []
    for path in _tomls(files):
        try:
            rows.append(actions.load(text=path.read_text("utf-8"), by=by, at=timezone.localtime()))
        except UnicodeDecodeError:
            raise Unusable(f"{path}: this is not UTF-8 text. Save it as UTF-8.") from None
        except BadAgreement as problem:
            raise Unusable(f"{path}: {problem}") from problem
    voice.facts["agreements"] = [
        {"reference": row.reference, "title": row.title, "version": row.version} for row in rows
    ]
    voice.table(
        ("Reference", "Version", "Title"), [(r.reference, r.version, r.title) for r in rows]
    )


def _tomls(files: Iterable[Path]) -> Iterator[Path]:
    for path in files:
        if path.is_dir():
            yield from sorted(path.glob("*.toml"))
        else:
            yield path
