"""What `cairn people` does."""

from dataclasses import dataclass

from django.utils import timezone

from cairn.accounts.invitation import invitation_path
from cairn.accounts.models import User
from cairn.cli.voice import Unusable, Voice
from cairn.partners import actions, founding, queries
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.partners.operator import operator
from cairn.rules.vocabulary import STAFF_ROLES, Role


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone who is to have a role."""

    email: str
    name: str
    role: str
    organization: str


def welcome(voice: Voice, newcomer: Newcomer, acting: str | None) -> None:
    """Add the person, or found the installation with them; print the link for a password."""
    if newcomer.role not in set(STAFF_ROLES):
        roles = ", ".join(role.value for role in Role if role in STAFF_ROLES)
        raise Unusable(f"--role: there is no role “{newcomer.role}”. Roles: {roles}.")
    user = _add(newcomer, acting) if founding.is_founded() else _found(newcomer)
    path = invitation_path(user)
    voice.facts.update(email=user.email, role=newcomer.role, password_path=path)
    voice.plain(f"{user.name} is now {newcomer.role.replace('_', ' ')}.")
    voice.plain("They choose a password here (once, within three days; hand it to nobody else):")
    voice.plain(f"  http://127.0.0.1:8000{path}")


def listed(voice: Voice, acting: str | None) -> None:
    """Who acts for whom, as far as the asker may see."""
    today = timezone.localdate()
    rows = queries.people(actor(operator(acting)), today)
    voice.facts["people"] = [
        {
            "email": row.user.email,
            "name": row.user.name,
            "role": row.role,
            "organization": row.organization.slug,
            "from": row.starts.isoformat(),
            "to": row.ends.isoformat() if row.ends else None,
        }
        for row in rows
    ]
    voice.table(
        ("Name", "Email", "Role", "Organization", "From", "To"),
        [tuple(p[k] or "" for k in _COLUMNS) for p in voice.facts["people"]],
    )


_COLUMNS = ("name", "email", "role", "organization", "from", "to")


def _found(newcomer: Newcomer) -> User:
    if newcomer.role != Role.DATA_MANAGER.value:
        raise Unusable(
            "The first person must be the data manager: they add everyone else. "
            "Leave --role out, or write --role data_manager."
        )
    return founding.found(
        email=newcomer.email,
        name=newcomer.name,
        organization=newcomer.organization,
        at=timezone.localtime(),
    )


def _add(newcomer: Newcomer, acting: str | None) -> User:
    organization = Organization.objects.filter(slug=newcomer.organization).first()
    if organization is None:
        known = ", ".join(Organization.objects.values_list("slug", flat=True))
        raise Unusable(f"--organization: there is no “{newcomer.organization}”. Partners: {known}.")
    at = timezone.localtime()
    return actions.add_person(
        email=newcomer.email,
        name=newcomer.name,
        organization=organization,
        role=Role(newcomer.role),
        starts=timezone.localdate(at),
        by=operator(acting),
        at=at,
    ).user
