"""A family's session: one child, half an hour, no account. The letter decides each time anew."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from cairn.consents.models import Child
from cairn.consents.sealing import label, seal, unseal
from cairn.families.models import Letter
from cairn.rules.actor import Actor
from cairn.rules.family import passed_since
from cairn.rules.vocabulary import Relation

_KEY: Final = "family"
_IDLE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Session:
    """Whose page is open, and by which letter."""

    letter: Letter
    who: Actor
    now: datetime

    @property
    def child(self) -> Child:
        """The one child of this session."""
        return self.letter.child


def opens(letter: Letter, on: date) -> bool:
    """Whether a letter opens its child's page on a date: it counts, and the rights have not passed
    to the student since it was printed."""
    told = label(letter.child.key, letter.child.sealed)
    return letter.counts(on) and not has_passed(letter, told.birth_date, on)


def has_passed(letter: Letter, born: date | None, on: date) -> bool:
    """Whether the rights have passed to the student since a letter was printed."""
    printed_on = timezone.localdate(letter.run.printed_at)
    return passed_since(born, letter.child.postsecondary_since, printed_on, on)


def begin(request: HttpRequest, letter: Letter) -> None:
    """Open the page in this browser. Whoever was signed in here before is signed out."""
    request.session.flush()
    request.session[_KEY] = {"letter": letter.pk, "seen": timezone.now().isoformat()}


def end(request: HttpRequest) -> None:
    """Close the page in this browser."""
    request.session.flush()


def current(request: HttpRequest) -> Session | None:
    """The session of this browser, unless it was idle too long or its letter no longer counts."""
    kept = request.session.get(_KEY)
    if not kept:
        return None
    now = timezone.localtime()
    letter = (
        Letter.objects.filter(pk=kept["letter"])
        .select_related("child__organization", "run")
        .first()
    )
    idle = now - datetime.fromisoformat(kept["seen"]) > _IDLE
    if letter is None or idle or not opens(letter, now.date()):
        end(request)
        return None
    request.session[_KEY] = kept | {"seen": now.isoformat()}
    return Session(letter, Actor.family(letter.child.key), now)


def remember_signer(request: HttpRequest, session: Session, name: str, relation: Relation) -> None:
    """Keep who answers, sealed, so that nobody types their name twice in one session."""
    sealed = seal(session.child.key, {"name": name, "relation": relation.value})
    request.session[_KEY] = request.session[_KEY] | {"signer": b64encode(sealed).decode()}


def signer(request: HttpRequest, session: Session) -> dict[str, str]:
    """Who answered last in this session: `name` and `relation`, or nothing."""
    kept = request.session[_KEY].get("signer", "")
    return unseal(session.child.key, b64decode(kept)) if kept else {}
