"""What `cairn opt-out` does: ids are read, hashed and forgotten."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from django.utils import timezone

from cairn.cli.handed_in import text_in
from cairn.cli.voice import Unusable, Voice
from cairn.consents.actions import opting_out as actions
from cairn.consents.answering import Signature
from cairn.consents.season import school_year
from cairn.consents.telling import Untold, said_by
from cairn.partners.models import Organization
from cairn.partners.operator import operator
from cairn.rules.vocabulary import OptOutScope

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Family:
    """Whose ids they are, what is declined, for which school year, how it is known who said it,
    and whether it is taken back."""

    organization: str
    scope: str
    season: str
    known_by: str
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
    scope, told = OptOutScope(said.scope), _told(file, timezone.localdate(at))
    if len(said.known_by) > _LONGEST:
        raise Unusable(f"--known-by: say it in at most {_LONGEST} characters.")
    signed = {
        local_id: replace(one, authenticated=said.known_by)
        for local_id, one in told.items()
        if one is not None
    }
    if said.undo:
        if not said.known_by:
            raise Unusable(
                "--undo: say with --known-by how you know that it is this person, such as: signed "
                "paper, checked with an identity card."
            )
        if len(signed) < len(told):
            raise Unusable(f"{file}: write on each line who says so: id | name | relation.")
        done = actions.withdraw(organization=organization, said=signed, scope=scope, by=by, at=at)
        voice.facts.update(taken_back=done.ended, disputed=done.disputed)
        voice.plain(f"{done.ended} opt-outs were taken back.")
        if done.disputed:
            voice.plain(f"{done.disputed} were made by someone else: the district decides.")
        return
    recorded = actions.record(
        organization=organization,
        local_ids=list(told),
        said=signed,
        scope=scope,
        season=said.season or school_year(timezone.localdate(at)),
        by=by,
        at=at,
    )
    voice.facts.update(new=recorded.new, already=recorded.already)
    voice.plain(f"{recorded.new} children are newly left out; {recorded.already} were already.")


def _told(file: Path, on: date) -> dict[str, Signature | None]:
    text = text_in(file, "Write one local id a line into a file.")
    try:
        found = said_by(text, on)
    except Untold as wrong:
        raise Unusable(f"{file}: {wrong}") from wrong
    if not found:
        raise Unusable(f"{file}: there is no id in it. Write one local id a line.")
    return found
