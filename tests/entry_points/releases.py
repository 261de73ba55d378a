"""The doors of releases and of the public pages."""

from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone
from tests.access_clearance import clear
from tests.entry_points.entry import BackgroundTask, Route
from tests.outputs.extracts import sample_extracts
from tests.outputs.releases import community

from cairn.governance.partners.models import Affiliation, Organization
from cairn.governance.projects.flow_files import load_flow_texts
from cairn.governance.projects.models.project import Project, Version
from cairn.outputs.dashboards.figure_requests.actions import AskedFigure, ask_figure_question
from cairn.outputs.dashboards.models import FigureQuestion
from cairn.outputs.releases.extract_models import Extract
from cairn.outputs.releases.models import Release, Review, SendBack, WrongFigure
from cairn.platform.accounts.models import User
from cairn.policy.facts import Actor
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import Attacker, ExtractState, ReleaseState

MANAGER, STEWARD, ANALYST = Role.DATA_MANAGER, Role.STEWARD, Role.ANALYST
READERS = {MANAGER, STEWARD, ANALYST, Role.REVIEWER}
EVERYONE = frozenset(Role)
OUTCOME = {"outcome": "chronic_absence"}
TARGET_SETTERS = frozenset({MANAGER, Role.COMMITTEE_MEMBER})
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


def figure_question() -> dict[str, Any]:
    """A question that waits for an answer."""
    row = ask_figure_question(
        question=AskedFigure("", "", "How many read?", "", "reader@doors.example", "en"),
        token=f"token-{FigureQuestion.objects.count()}",
        who=Actor.public(),
        by=None,
        at=timezone.now(),
    )
    return {"pk": row.pk}


def target_drawing() -> dict[str, Any]:
    """The address of a target's picture."""
    parts = {"version": "0" * 16, "language": "en", "theme": "light", "size": "wide"}
    return {**OUTCOME, **target(), "edition": 1, **parts}


def drawing() -> dict[str, Any]:
    parts = {"version": "0", "language": "en", "kind": "trend", "theme": "light", "size": "wide"}
    return {**OUTCOME, **parts}


ROUTES = {
    "releases:list": Route(READERS, "get", dict, (Action.VIEW_RELEASE,)),
    "releases:new": Route({MANAGER, ANALYST}, "get", dict, (Action.DRAFT_RELEASE,)),
    "releases:detail": Route(READERS, "get", release, (Action.VIEW_RELEASE,)),
    "releases:reword": Route(
        {MANAGER, ANALYST}, "get", release, (Action.VIEW_RELEASE, Action.DRAFT_RELEASE)
    ),
    "releases:redraft": Route(
        {MANAGER, ANALYST}, "get", release, (Action.VIEW_RELEASE, Action.DRAFT_RELEASE)
    ),
    "releases:groups": Route(
        {MANAGER, ANALYST}, "get", release, (Action.VIEW_RELEASE, Action.DRAFT_RELEASE)
    ),
    "releases:groups_apart": Route(
        {MANAGER, ANALYST},
        "post",
        release,
        (Action.VIEW_RELEASE, Action.DRAFT_RELEASE),
        records=("release.groups_apart",),
    ),
    "releases:check": Route(
        {MANAGER, ANALYST},
        "post",
        release,
        (Action.VIEW_RELEASE, Action.PROTECT),
        records=("refused", "disclosure.refused"),
    ),
    "releases:submit": Route(
        {MANAGER, ANALYST},
        "post",
        release,
        (Action.VIEW_RELEASE, Action.SUBMIT_RELEASE),
        records=("release.submitted",),
    ),
    "releases:review": Route(
        {Role.REVIEWER},
        "get",
        partial(release, ReleaseState.IN_REVIEW),
        (Action.VIEW_RELEASE, Action.REVIEW_RELEASE),
    ),
    "releases:send": Route(
        {MANAGER, ANALYST},
        "post",
        approved,
        (Action.VIEW_RELEASE, Action.SEND_BACK_RELEASE),
        records=("disclosure.put_out", "release.sent_back"),
    ),
    "releases:report": Route(
        {MANAGER}, "get", release, (Action.VIEW_RELEASE, Action.REPORT_RELEASE)
    ),
    # Nobody may publish what no agreement stands behind; tests/outputs/releases passes this door.
    "releases:publish": Route(set(), "get", release, (Action.VIEW_RELEASE, Action.PUBLISH_RELEASE)),
    "releases:correct": Route(
        {MANAGER, ANALYST},
        "get",
        partial(release, ReleaseState.PUBLISHED),
        (Action.VIEW_RELEASE, Action.DRAFT_RELEASE),
    ),
    "releases:withdraw": Route(
        {MANAGER, STEWARD}, "get", release, (Action.VIEW_RELEASE, Action.WITHDRAW_RELEASE)
    ),
    "releases:renewal": Route(
        {MANAGER, ANALYST},
        "post",
        partial(release, ReleaseState.PUBLISHED),
        (Action.VIEW_RELEASE, Action.DRAFT_RELEASE),
        ("release.renewal_set",),
        {"cadence": "term"},
    ),
    "releases:end_renewal": Route(
        {MANAGER, ANALYST},
        "post",
        partial(release, ReleaseState.PUBLISHED),
        (Action.VIEW_RELEASE, Action.DRAFT_RELEASE),
        ("release.renewal_ended",),
    ),
    # These roles act for a district, and nobody but a nation answers for its children;
    # tests/outputs/releases/test_nation_approval.py passes this door.
    "releases:nation": Route(set(), "get", release, (Action.APPROVE_AS_NATION,)),
    "releases:send_back": Route({STEWARD}, "get", asked, (Action.ANSWER_SEND_BACK,)),
    "releases:decline": Route({STEWARD}, "get", asked, (Action.ANSWER_SEND_BACK,)),
    "releases:wrong_figure": Route({STEWARD}, "get", asked, (Action.ANSWER_SEND_BACK,)),
    "releases:right_figure": Route(
        {STEWARD},
        "post",
        called_wrong,
        (Action.ANSWER_SEND_BACK,),
        records=("release.figure_right",),
    ),
    "releases:give_back": Route({MANAGER, STEWARD}, "get", nothing, (Action.VIEW_GIVE_BACK,)),
    "releases:give_back_csv": Route({MANAGER, STEWARD}, "get", nothing, (Action.VIEW_GIVE_BACK,)),
    "releases:given": Route({MANAGER}, "get", nothing, (Action.GIVE_BACK,)),
    "releases:extracts": Route(READERS, "get", dict, (Action.VIEW_EXTRACT,)),
    # Nobody has a leave by which one could be asked for, issued or fetched here;
    # tests/outputs/extracts/test_views.py passes these doors.
    "releases:extract_ask": Route(
        {MANAGER, ANALYST},
        "get",
        lambda: {"reference": Project.objects.get(pk=Extract.objects.get(**extract()).project_id)},
        (Action.REQUEST_EXTRACT,),
    ),
    "releases:extract": Route(READERS, "get", extract, (Action.VIEW_EXTRACT,)),
    "releases:extract_prepare": Route(
        {MANAGER, ANALYST},
        "post",
        extract,
        (Action.VIEW_EXTRACT, Action.PREPARE_EXTRACT),
        records=("refused", "disclosure.refused"),
    ),
    "releases:extract_review": Route(
        {Role.REVIEWER}, "get", extract, (Action.VIEW_EXTRACT, Action.REVIEW_EXTRACT)
    ),
    "releases:extract_texts": Route({MANAGER}, "get", extract, (Action.READ_TEXT,)),
    # No text waits here; tests/outputs/extracts/test_free_text.py passes these doors.
    "releases:extract_text": Route(
        {MANAGER}, "get", partial(extract, number=1), (Action.READ_TEXT,)
    ),
    "releases:extract_text_back": Route(
        {MANAGER}, "post", partial(extract, number=1), (Action.READ_TEXT,)
    ),
    "releases:extract_issue": Route(
        set(), "post", extract, (Action.VIEW_EXTRACT, Action.ISSUE_EXTRACT)
    ),
    "releases:extract_fetch": Route(
        set(),
        "get",
        partial(extract, ExtractState.ISSUED, key="x"),
        (Action.VIEW_EXTRACT, Action.EXPORT),
    ),
    "releases:extract_withdraw": Route(
        {MANAGER, STEWARD}, "get", extract, (Action.VIEW_EXTRACT, Action.WITHDRAW_EXTRACT)
    ),
    "dashboards:index": Route(EVERYONE, "get", dict, (Action.VIEW_PUBLISHED,)),
    "dashboards:why-missing": Route(EVERYONE, "get", dict, (Action.VIEW_PUBLISHED,)),
    "dashboards:outcome": Route(EVERYONE, "get", OUTCOME.copy, (Action.VIEW_PUBLISHED,)),
    "dashboards:apart": Route(EVERYONE, "get", OUTCOME.copy, (Action.VIEW_PUBLISHED,)),
    "dashboards:file": Route(
        EVERYONE, "get", partial(dict, OUTCOME, form="csv"), (Action.VIEW_PUBLISHED,)
    ),
    "dashboards:embed": Route(
        EVERYONE, "get", partial(dict, OUTCOME, kind="trend"), (Action.VIEW_PUBLISHED,)
    ),
    **{
        f"dashboards:{name}": Route(EVERYONE, "get", dict, (Action.VIEW_PUBLISHED,))
        for name in (
            "places",
            "protection",
            "compose",
            "question_sent",
            "open_data",
            "feed",
            "api_indicators",
        )
    },
    "dashboards:api_indicator": Route(EVERYONE, "get", OUTCOME.copy, (Action.VIEW_PUBLISHED,)),
    "dashboards:api_figures": Route(EVERYONE, "get", OUTCOME.copy, (Action.VIEW_PUBLISHED,)),
    "dashboards:ask_committee": Route(
        EVERYONE,
        "post",
        dict,
        (Action.ASK_FOR_FIGURE,),
        ("figure_question.asked",),
        {"wish": "How many read?", "email": "reader@doors.example"},
    ),
    "figures:questions": Route(
        {MANAGER, Role.COMMITTEE_MEMBER}, "get", dict, (Action.ANSWER_FIGURE_QUESTION,)
    ),
    "figures:answer_question": Route(
        {MANAGER, Role.COMMITTEE_MEMBER},
        "post",
        figure_question,
        (Action.ANSWER_FIGURE_QUESTION,),
        ("email.queued", "figure_question.answered"),
        {"state": "declined", "text": "Too small.", "seen_state": "open"},
    ),
    "figures:own": Route({STEWARD}, "get", dict, (Action.COMPARE_OWN_FIGURES,)),
    "figures:own_outcome": Route({STEWARD}, "get", own_figures, (Action.COMPARE_OWN_FIGURES,)),
    "figures:gaps": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DASHBOARDS,)),
    "figures:views": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DASHBOARDS,)),
    "figures:save_view": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DASHBOARDS,)),
    "figures:delete_view": Route(STAFF_ROLES, "post", target, (Action.VIEW_DASHBOARDS,)),
    "figures:subscription": Route(
        STAFF_ROLES, "post", dict, (Action.VIEW_DASHBOARDS,), records=("figures.email_ended",)
    ),
    "dashboards:unsubscribe": Route(
        EVERYONE, "get", lambda: {"key": "unknown"}, (Action.VIEW_PUBLISHED,)
    ),
    "figures:expected": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DASHBOARDS,)),
    "figures:expect": Route(TARGET_SETTERS, "get", OUTCOME.copy, (Action.CHANGE_TARGET,)),
    "figures:overview": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DASHBOARDS,)),
    "figures:places": Route(STAFF_ROLES, "get", dict, (Action.VIEW_DASHBOARDS,)),
    "figures:factors": Route(TARGET_SETTERS, "get", OUTCOME.copy, (Action.CHANGE_TARGET,)),
    "figures:remove_factor": Route(TARGET_SETTERS, "post", target, (Action.CHANGE_TARGET,)),
    "figures:targets": Route(TARGET_SETTERS, "get", dict, (Action.CHANGE_TARGET,)),
    "figures:set_target": Route(TARGET_SETTERS, "get", OUTCOME.copy, (Action.CHANGE_TARGET,)),
    "figures:change_target": Route(TARGET_SETTERS, "get", target, (Action.CHANGE_TARGET,)),
    "figures:end_target": Route(TARGET_SETTERS, "get", target, (Action.CHANGE_TARGET,)),
    "figures:resume_target": Route(TARGET_SETTERS, "post", target, (Action.CHANGE_TARGET,)),
    "dashboards:target_chart": Route(EVERYONE, "get", target_drawing, (Action.VIEW_PUBLISHED,)),
    "dashboards:chart": Route(EVERYONE, "get", drawing, (Action.VIEW_PUBLISHED,)),
}
TASKS = {
    "cairn.outputs.releases.tasks.check_release": BackgroundTask(
        to_check,
        (Action.PROTECT, Action.BUILD_MART, Action.COUNT),
        ("disclosure.used", "release.checked"),
    ),
    "cairn.outputs.extracts.tasks.prepare_extract": BackgroundTask(
        to_prepare, (Action.PREPARE_EXTRACT,), ("disclosure.used", "extract.prepared")
    ),
}
