"""What `cairn people sign` and `cairn people trained` do."""

from dataclasses import dataclass
from datetime import date

import typer
from django.utils import timezone

from cairn.accounts.models import User
from cairn.cli.voice import Unusable, Voice
from cairn.partners import actions as partners
from cairn.partners.facts import actor
from cairn.partners.models import Affiliation, Organization
from cairn.partners.operator import operator
from cairn.rules.lives.training import training_state
from cairn.training import actions
from cairn.training.confidentiality import agreement
from cairn.training.course import Course, course, modules
from cairn.training.facts import clearance

_ALL = "all"


@dataclass(frozen=True, slots=True)
class Training:
    """Training that somebody took elsewhere."""

    email: str
    modules: tuple[str, ...]
    on: str
    how: str
    organization: str | None


def signed(voice: Voice, email: str, name: str | None, acting: str | None) -> None:
    """The text is shown, the name typed, the signature kept; nobody signs for somebody else."""
    user, text, at = operator(email), agreement(), timezone.localtime()
    by = operator(acting) if acting else user
    if name is None:
        voice.plain(text.text)
        name = typer.prompt("Type your name to sign", err=True)
    if name.strip().casefold() != user.name.casefold():
        raise Unusable(f"The name typed is not the name of this account, which is {user.name}.")
    actions.sign(
        typed_name=name.strip(),
        digest=text.digest,
        how="name typed at the machine's own shell",
        user=user,
        by=by,
        at=at,
        who=actor(by),
    )
    voice.facts.update(email=user.email, version=text.version, digest=text.digest)
    voice.plain(f"{user.name} has signed version {text.version} of the confidentiality agreement.")
    _standing(voice, user, timezone.localdate(at))


def attested(voice: Voice, training: Training, acting: str | None) -> None:
    """Each course is recorded with where and with whom it was taken."""
    at, person = timezone.localtime(), operator(training.email)
    took_place = _day(training.on)
    organization = _organization(person, training.organization, timezone.localdate(at))
    names = [c.id for c in modules()] if _ALL in training.modules else list(training.modules)
    courses: list[Course] = [course(name) for name in names]
    for one in courses:
        row = partners.attest(
            person=person,
            organization=organization,
            course=one,
            took_place=took_place,
            how=training.how,
            by=operator(acting),
            at=at,
        )
        voice.plain(f"{one.title}: counts through {row.expires_on.isoformat()}.")
    voice.facts.update(email=person.email, recorded=names)
    _standing(voice, person, timezone.localdate(at))


def _standing(voice: Voice, user: User, on: date) -> None:
    """What is still missing, if anything."""
    known = clearance(user.pk)
    until, missing = known.until(on), list(known.missing(on))
    voice.facts.update(state=training_state(known, on).value, until=until, missing=missing)
    if until is not None:
        voice.plain(f"{user.name} is cleared through {until.isoformat()}.")
        return
    if not known.has_signed(on):
        voice.plain(f"Still to do: cairn people sign {user.email}")
    if missing:
        voice.plain(f"Modules still to do: {', '.join(missing)}.")
    elif not known.attended(on):
        voice.plain("Still to do: the workshop.")


def _organization(person: User, slug: str | None, on: date) -> Organization:
    """Where somebody has a role: the one named, else the only one."""
    held = Organization.objects.filter(
        affiliations__in=Affiliation.objects.live(on).filter(user=person)
    ).distinct()
    rows = list(held if slug is None else held.filter(slug=slug))
    if len(rows) == 1:
        return rows[0]
    known = ", ".join(held.values_list("slug", flat=True)) or "none"
    raise Unusable(f"--organization: say where {person.name} has a role. Roles today: {known}.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unusable(f"--on: “{text}” is not a date. Write it as 2026-09-01.") from None
