"""What `cairn agree` does with each file."""

from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from cairn.agreements import actions
from cairn.agreements.format import BadAgreement, parse
from cairn.agreements.models import Agreement
from cairn.cli.agreement_files import text_of, tomls
from cairn.cli.voice import Unusable, Voice
from cairn.partners.operator import operator
from cairn.rules.agreement import Agreement as Terms
from cairn.rules.chain import circle


def load(voice: Voice, files: Iterable[Path], acting: str | None, *, register: bool) -> None:
    """Put every file on record, or none: the first that cannot be is named.

    With ``register`` the parties that nobody knows become partners, as the files describe them.
    """
    by = operator(acting)
    texts = {path: text_of(path) for path in tomls(files)}
    terms = {path: _parsed(path, text) for path, text in texts.items()}
    _no_circles(terms)
    rows: list[Agreement] = []
    with transaction.atomic():
        for path, text in texts.items():
            new = {p.organization for p in terms[path].parties} if register else set()
            try:
                at = timezone.localtime()
                rows.append(actions.load(text=text, by=by, at=at, newcomers=new))
            except BadAgreement as problem:
                raise Unusable(
                    f"{path}: {problem}\nWith --register they become partners as the file says."
                ) from problem
    voice.facts["agreements"] = [
        {"reference": row.reference, "title": row.title, "version": row.version} for row in rows
    ]
    voice.table(
        ("Reference", "Version", "Title"), [(r.reference, r.version, r.title) for r in rows]
    )


def _parsed(path: Path, text: str) -> Terms:
    try:
        return parse(text)
    except BadAgreement as problem:
        raise Unusable(f"{path}: {problem}") from problem


def _no_circles(terms: dict[Path, Terms]) -> None:
    among = {one.reference: one for one in terms.values()}
    for path, one in terms.items():
        if way := circle(one, among):
            raise Unusable(f"{path}: it rests on itself ({' → '.join(way)}). Nothing was kept.")
