"""What `cairn opt-out` does: ids are read, hashed and forgotten."""

import sys
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from cairn.cli.voice import Unusable, Voice
from cairn.consents.actions import opting_out as actions
from cairn.consents.season import school_year
from cairn.partners.models import Organization
from cairn.partners.operator import operator
from cairn.rules.vocabulary import OptOutScope


@dataclass(frozen=True, slots=True)
class Family:
    """Whose ids they are, what is declined, for which school year, and whether it is taken back."""

    organization: str
    scope: str
    season: str
    undo: bool


def record(voice: Voice, file: Path, said: Family, acting: str | None) -> None:
    """Record the opt-outs, or take them back; tell how many."""
    by, at = operator(acting), timezone.localtime()
    organization = Organization.objects.filter(slug=said.organization).first()
    if organization is None:
        known = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise Unusable(f"--from: nobody here is called “{said.organization}”. Partners: {known}.")
    if said.scope not in {scope.value for scope in OptOutScope}:
        raise Unusable(f"--scope: write {' or '.join(scope.value for scope in OptOutScope)}.")
    scope, ids = OptOutScope(said.scope), _ids(file)
    if said.undo:
        changed = actions.withdraw(
            organization=organization, local_ids=ids, scope=scope, by=by, at=at
        )
        voice.facts["taken_back"] = changed
        voice.plain(f"{changed} opt-outs were taken back.")
        return
    recorded = actions.record(
        organization=organization,
        local_ids=ids,
        scope=scope,
        season=said.season or school_year(at.date()),
        by=by,
        at=at,
    )
    voice.facts.update(new=recorded.new, already=recorded.already)
    voice.plain(f"{recorded.new} children are newly left out; {recorded.already} were already.")


def _ids(file: Path) -> list[str]:
    if str(file) == "-":
        text = sys.stdin.read()
    elif file.is_file():
        text = file.read_text("utf-8-sig")
    else:
        raise Unusable(f"{file}: there is no such file. Write one local id a line into a file.")
    ids = [line.strip() for line in text.splitlines() if line.strip()]
    if not ids:
        raise Unusable(f"{file}: there is no id in it. Write one local id a line.")
    return ids
