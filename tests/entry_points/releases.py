"""The doors of releases and of the public pages."""

from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone
from tests.access_clearance import clear
from tests.outputs.extracts import sample_extracts
from tests.outputs.releases import community

from cairn.governance.partners.models.organizations import Affiliation, Organization
from cairn.governance.projects.flow_files import load_flow_texts
from cairn.governance.projects.models.project import Project, Version
from cairn.outputs.releases.extract_models import Extract
from cairn.outputs.releases.models import Release, Review, SendBack, WrongFigure
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import Attacker, ExtractState, ReleaseState

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
                "tried_by": [one.value for one in Attacker],
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


def called_wrong() -> dict[str, Any]:
    made = asked()
    row = WrongFigure.objects.create(
        send_back_id=made["pk"],
        figure=["own", "chronic_absence", "2025-26", "All", "All", "All", "All"],
        said="",
        named_by=someone(Role.PROGRAM_STAFF, at="university"),
        named_at=timezone.localtime(),
    )
    return {**made, "figure": row.pk}


def to_check() -> dict[str, Any]:
    made = community.make(someone, place)
    for person in (made.manager, made.author):
        clear(person)
    drafted = made.draft()
    return {"release_id": drafted.pk, "by_id": drafted.author_id}


def extract(state: ExtractState = ExtractState.IN_REVIEW, **said: Any) -> dict[str, Any]:
    """An extract of a project that the district's partnership has no leave for (yet)."""
    # Whoever works at the backbone without training would shut its doors to everybody.
    requester = someone(Role.PROGRAM_STAFF, at="university")
    project = Project.objects.create(
        reference=f"P-{Project.objects.count()}",
        lead=place("district"),
        requester=requester,
        flow=load_flow_texts()["cairn"],
        created_at=timezone.localtime(),
    )
    Version.objects.create(
        project=project,
        number=1,
        title="Absence",
        purpose="research",
        level="individual",
        state="idea",
        step="questions",
        since=date(2026, 3, 2),
        created_by=requester,
        created_at=timezone.localtime(),
    )
    row = Extract.objects.create(
        project=project,
        title="Absence",
        elements=["student.gender"],
        k=10,
        recipient=requester,
        organization=place("district"),
        requester=requester,
        asked_at=timezone.localtime(),
        state=state.value,
        round=1,
    )
    return {"pk": row.pk, **said}


def to_prepare() -> dict[str, Any]:
    made = sample_extracts.make(someone, place)
    for person in (made.manager, made.analyst):
        clear(person)
    return {"extract_id": made.asked().pk, "by_id": made.manager.pk}


def nothing() -> dict[str, Any]:
    """The number of no delivery: whoever may pass finds nothing, whoever may not is told so."""
    return {"pk": 0}


def target() -> dict[str, Any]:
    """A number that nobody has: the rules are asked all the same."""
    return {"pk": 987654}


def own_figures() -> dict[str, Any]:
    """The page of the organization that the stewards of these tests act for."""
    return {**OUTCOME, "organization": "district"}


def target_drawing() -> dict[str, Any]:
    """The address of a target's picture."""
    parts = {"version": "0" * 16, "language": "en", "theme": "light", "size": "wide"}
    return {**OUTCOME, **target(), "edition": 1, **parts}


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
    "releases:groups": ({MANAGER, ANALYST}, "get", release),
    "releases:groups_apart": ({MANAGER, ANALYST}, "post", release),
    "releases:check": ({MANAGER, ANALYST}, "post", release),
    "releases:submit": ({MANAGER, ANALYST}, "post", release),
    "releases:review": ({Role.REVIEWER}, "get", partial(release, ReleaseState.IN_REVIEW)),
    "releases:send": ({MANAGER, ANALYST}, "post", approved),
    "releases:report": ({MANAGER}, "get", release),
    # Nobody may publish what no agreement stands behind; tests/outputs/releases passes this door.
    "releases:publish": (set(), "get", release),
    "releases:correct": (
        {MANAGER, ANALYST},
        "get",
        partial(release, ReleaseState.PUBLISHED),
    ),
    "releases:withdraw": ({MANAGER, STEWARD}, "get", release),
    # These roles act for a district, and nobody but a nation answers for its children;
    # tests/outputs/releases/test_nation_approval.py passes this door.
    "releases:nation": (set(), "get", release),
    "releases:send_back": ({STEWARD}, "get", asked),
    "releases:decline": ({STEWARD}, "get", asked),
    "releases:wrong_figure": ({STEWARD}, "get", asked),
    "releases:right_figure": ({STEWARD}, "post", called_wrong),
    "releases:give_back": ({MANAGER, STEWARD}, "get", nothing),
    "releases:give_back_csv": ({MANAGER, STEWARD}, "get", nothing),
    "releases:given": ({MANAGER}, "get", nothing),
    "releases:extracts": (READERS, "get", dict),
    # Nobody has a leave by which one could be asked for, issued or fetched here;
    # tests/outputs/extracts/test_views.py passes these doors.
    "releases:extract_ask": (
        {MANAGER, ANALYST},
        "get",
        lambda: {"reference": Project.objects.get(pk=Extract.objects.get(**extract()).project_id)},
    ),
    "releases:extract": (READERS, "get", extract),
    "releases:extract_prepare": ({MANAGER, ANALYST}, "post", extract),
    "releases:extract_review": ({Role.REVIEWER}, "get", extract),
    "releases:extract_texts": ({MANAGER}, "get", extract),
    # No text waits here; tests/outputs/extracts/test_free_text.py passes these doors.
    "releases:extract_text": ({MANAGER}, "get", partial(extract, number=1)),
    "releases:extract_text_back": ({MANAGER}, "post", partial(extract, number=1)),
    "releases:extract_issue": (set(), "post", extract),
    "releases:extract_fetch": (set(), "get", partial(extract, ExtractState.ISSUED, key="x")),
    "releases:extract_withdraw": ({MANAGER, STEWARD}, "get", extract),
    "dashboards:index": (EVERYONE, "get", dict),
    "dashboards:why-missing": (EVERYONE, "get", dict),
    "dashboards:outcome": (EVERYONE, "get", OUTCOME.copy),
    "dashboards:apart": (EVERYONE, "get", OUTCOME.copy),
    "dashboards:file": (EVERYONE, "get", partial(dict, OUTCOME, form="csv")),
    "dashboards:embed": (EVERYONE, "get", partial(dict, OUTCOME, kind="trend")),
    "figures:own": ({STEWARD}, "get", dict),
    "figures:own_outcome": ({STEWARD}, "get", own_figures),
    "figures:targets": ({MANAGER}, "get", dict),
    "figures:set_target": ({MANAGER}, "get", OUTCOME.copy),
    "figures:change_target": ({MANAGER}, "get", target),
    "figures:end_target": ({MANAGER}, "get", target),
    "figures:resume_target": ({MANAGER}, "post", target),
    "dashboards:target_chart": (EVERYONE, "get", target_drawing),
    "dashboards:chart": (EVERYONE, "get", drawing),
}
TASKS = {
    "cairn.outputs.releases.tasks.check_release": to_check,
    "cairn.outputs.extracts.tasks.prepare_extract": to_prepare,
}
