"""The doors of releases and of the public pages."""

from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone
from tests.clearing import clear
from tests.releases import community

from cairn.accounts.models import User
from cairn.partners.models import Affiliation, Organization
from cairn.releases.models import Release, Review, SendBack
from cairn.rules.vocabulary import OrganizationKind, ReleaseState, Role

MANAGER, STEWARD, ANALYST = Role.DATA_MANAGER, Role.STEWARD, Role.ANALYST
READERS = {MANAGER, STEWARD, ANALYST, Role.REVIEWER}
EVERYONE = frozenset(Role)
OUTCOME = {"outcome": "chronic_absence"}
SAFE = {"cells": 1, "withheld": 0, "small": 0, "complementary": 0, "programs": 0}


def someone(role: Role, *, at: str = "backbone") -> User:
    user = User.objects.create_user(f"{role}-{User.objects.count()}@doors.example", "Someone")
    kind = OrganizationKind.BACKBONE if at == "backbone" else OrganizationKind.SCHOOL_DISTRICT
    Affiliation.objects.create(
        user=user, organization=place(at, kind=kind), role=role.value, starts=date(2020, 1, 1)
    )
    return user


def place(slug: str, *, kind: OrganizationKind = OrganizationKind.SCHOOL_DISTRICT) -> Organization:
    found = {"name": slug.title(), "kind": kind.value}
    return Organization.objects.get_or_create(slug=slug, defaults=found)[0]


def release(state: ReleaseState = ReleaseState.CHECKED) -> dict[str, Any]:
    """A release of the district that the roles of these tests act for, found safe."""
    row = Release.objects.create(
        title="Absence",
        story="A hard winter.",
        outcomes=["chronic_absence"],
        tables=[],
        years=[],
        purpose="public_reporting",
        organization=place("district"),
        author=someone(Role.PROGRAM_STAFF),
        state=state.value,
        released="released/x" if state is ReleaseState.PUBLISHED else "",
        created_at=timezone.localtime(),
        certificate=[
            {
                "outcome": "chronic_absence",
                "school_year": "2025-26",
                "digest": "",
                "narrowest": None,
                "safe": True,
                **SAFE,
            }
        ],
    )
    return {"pk": row.pk}


def approved() -> dict[str, Any]:
    made = release(ReleaseState.IN_REVIEW)
    for _ in range(2):
        Review.objects.create(
            release_id=made["pk"],
            round=0,
            reviewer=someone(Role.REVIEWER),
            verdict="approve",
            at=timezone.localtime(),
        )
    return made


def asked() -> dict[str, Any]:
    made = release(ReleaseState.SENT_BACK)
    sent = SendBack.objects.create(
        release_id=made["pk"],
        round=0,
        organization=place("district"),
        sent_on=date(2026, 3, 2),
        due_on=date(2026, 3, 12),
    )
    return {"pk": sent.pk}


def to_check() -> dict[str, Any]:
    made = community.make(someone, place)
    for person in (made.manager, made.author):
        clear(person)
    drafted = made.draft()
    return {"release_id": drafted.pk, "by_id": drafted.author_id}


def drawing() -> dict[str, Any]:
    parts = {"version": "0", "language": "en", "kind": "trend", "theme": "light", "size": "wide"}
    return {**OUTCOME, **parts}


# Route → (who may, method, the objects it needs).
DOORS = {
    "releases:list": (READERS, "get", dict),
    "releases:new": ({MANAGER, ANALYST}, "get", dict),
    "releases:detail": (READERS, "get", release),
    "releases:reword": ({MANAGER, ANALYST}, "get", release),
    "releases:redraft": ({MANAGER, ANALYST}, "get", release),
    "releases:check": ({MANAGER, ANALYST}, "post", release),
    "releases:submit": ({MANAGER, ANALYST}, "post", release),
    "releases:review": ({Role.REVIEWER}, "get", partial(release, ReleaseState.IN_REVIEW)),
    "releases:send": ({MANAGER, ANALYST}, "post", approved),
    "releases:report": ({MANAGER}, "get", release),
    # Nobody may publish what no agreement stands behind; tests/releases passes this door.
    "releases:publish": (set(), "get", release),
    "releases:correct": (
        {MANAGER, ANALYST},
        "get",
        partial(release, ReleaseState.PUBLISHED),
    ),
    "releases:withdraw": ({MANAGER, STEWARD}, "get", release),
    # These roles act for a district, and nobody but a nation answers for its children;
    # tests/releases/test_nations.py passes this door.
    "releases:nation": (set(), "get", release),
    "releases:send_back": ({STEWARD}, "get", asked),
    "releases:decline": ({STEWARD}, "get", asked),
    "dashboards:index": (EVERYONE, "get", dict),
    "dashboards:why-missing": (EVERYONE, "get", dict),
    "dashboards:outcome": (EVERYONE, "get", OUTCOME.copy),
    "dashboards:spreadsheet": (EVERYONE, "get", OUTCOME.copy),
    "dashboards:chart": (EVERYONE, "get", drawing),
}
TASKS = {"cairn.releases.tasks.check_release": to_check}
