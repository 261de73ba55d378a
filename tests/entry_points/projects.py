"""The doors of projects, bodies and policies."""

from datetime import date
from typing import Any

from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.governance.partners.models import Organization
from cairn.governance.projects.flow_files import load_flow_texts
from cairn.governance.projects.models import body as models_body
from cairn.governance.projects.models import policy as models_policy
from cairn.governance.projects.models import project as models_project
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action

MANAGER, ANALYST, MEMBER = Role.DATA_MANAGER, Role.ANALYST, Role.COMMITTEE_MEMBER
ASKS = {MANAGER, ANALYST}


def _user() -> User:
    return User.objects.get_or_create(email="asks@example.org", defaults={"name": "Asks"})[0]


def _hub() -> Organization:
    return Organization.objects.get_or_create(
        slug="backbone", defaults={"name": "Backbone", "kind": "backbone"}
    )[0]


def _version(state: str = "idea", step: str = "questions") -> models_project.Version:
    project = models_project.Project.objects.create(
        reference="P-2026-01",
        lead=_hub(),
        requester=_user(),
        flow=load_flow_texts()["cairn"],
        created_at=timezone.localtime(),
    )
    return models_project.Version.objects.create(
        project=project,
        title="Who misses school?",
        state=state,
        step=step,
        since=date(2026, 1, 1),
        purpose="research",
        created_by=_user(),
        created_at=timezone.localtime(),
    )


def version(state: str = "idea", step: str = "questions", **more: Any) -> dict[str, Any]:
    """A version of the hub's own project, in a state."""
    row = _version(state, step)
    return {"reference": row.project.reference, "number": row.number, **more}


def pilot(**more: Any) -> dict[str, Any]:
    """A pilot with something learned."""
    where = version(**more)
    row = models_project.Project.objects.get()
    row.pilot = True
    row.save(update_fields=["pilot"])
    taught = models_project.Lesson.objects.create(
        project=row, kind="finding", text="It works.", by=_user(), at=timezone.localtime()
    )
    return where | ({"pk": taught.pk} if "pk" in more else {})


def question() -> dict[str, Any]:
    """A question that can be dropped."""
    where = version(code="Q1", event="drop")
    models_project.Question.objects.create(
        version=models_project.Version.objects.get(), code="Q1", text="Who?", asked_by="Families"
    )
    return where


def condition() -> dict[str, Any]:
    """A condition that is still open."""
    where = version("conditions", "authorization")
    row = models_project.Condition.objects.create(
        version=models_project.Version.objects.get(), round=1, text="Train everyone"
    )
    return where | {"pk": row.pk}


def active() -> dict[str, Any]:
    """A version with an authorization."""
    where = version("active", "access")
    models_project.Authorization.objects.create(
        version=models_project.Version.objects.get(),
        question_of={},
        agreements=[],
        outputs=[],
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        granted_by=_user(),
        granted_at=timezone.localtime(),
    )
    return where


def _body() -> models_body.Body:
    return models_body.Body.objects.create(slug="committee", name="Committee", kind="committee")


def body(**more: Any) -> dict[str, Any]:
    """A committee without members."""
    return {"slug": _body().slug, **more}


def seat() -> dict[str, Any]:
    """A seat that can be ended."""
    row = models_body.Seat.objects.create(body=_body(), user=_user(), starts=date(2026, 1, 1))
    return {"slug": "committee", "pk": row.pk}


def meeting() -> dict[str, Any]:
    """A meeting."""
    return {"pk": models_body.Meeting.objects.create(body=_body(), on=date(2026, 1, 1)).pk}


def matter() -> dict[str, Any]:
    """A matter on the agenda, with a vote that is open."""
    called = models_body.Meeting.objects.create(body=_body(), on=date(2026, 1, 1))
    row = models_body.AgendaItem.objects.create(
        meeting=called, version=_version("committee", "committee"), round=1
    )
    return {"pk": row.pk}


def proxy_matter() -> dict[str, Any]:
    """A matter on which no one has named a proxy."""
    return matter() | {"member": _user().pk}


def policy() -> dict[str, Any]:
    """A charter."""
    row = models_policy.Policy.objects.create(
        kind="charter",
        version=1,
        text="We serve children.",
        owner="The board",
        adopted_on=date(2026, 1, 1),
        review_on=date(2027, 1, 1),
        by=_user(),
        at=timezone.localtime(),
    )
    return {"pk": row.pk}


ROUTES = {
    "projects:list": Route(STAFF_ROLES, "get", dict, (Action.VIEW_PROJECT,)),
    "projects:new": Route(ASKS, "get", dict, (Action.CHANGE_PROJECT,)),
    "projects:detail": Route(STAFF_ROLES, "get", version, (Action.VIEW_PROJECT,)),
    "projects:request": Route(STAFF_ROLES, "get", version, (Action.VIEW_PROJECT,)),
    "projects:changes": Route(STAFF_ROLES, "get", version, (Action.VIEW_PROJECT,)),
    "projects:words": Route(ASKS, "get", version, (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)),
    "projects:parties": Route(ASKS, "get", version, (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)),
    "projects:questions": Route(ASKS, "get", version, (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)),
    "projects:question": Route(ASKS, "get", question, (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)),
    "projects:elements": Route(ASKS, "get", version, (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)),
    "projects:equity": Route(
        ASKS,
        "get",
        lambda: version(kind="engagement"),
        (Action.VIEW_PROJECT, Action.CHANGE_PROJECT),
    ),
    # Nothing is written in it yet, so that nobody may hand it in.
    "projects:move_on": Route(set(), "post", version, (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)),
    "projects:withdraw": Route(ASKS, "get", version, (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)),
    "projects:revise": Route(
        ASKS,
        "get",
        lambda: version("rejected", "committee"),
        (Action.VIEW_PROJECT, Action.CHANGE_PROJECT),
    ),
    # Others record it too where they take part in the pilot: tests/outputs/releases/test_pilot.py.
    "projects:lesson": Route(ASKS, "get", pilot, (Action.VIEW_PROJECT,)),
    "projects:settle_lesson": Route(
        ASKS, "get", lambda: pilot(pk=0), (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)
    ),
    "projects:make_real": Route(ASKS, "get", pilot, (Action.VIEW_PROJECT, Action.CHANGE_PROJECT)),
    "projects:answer": Route(
        {MANAGER},
        "get",
        lambda: version("submitted", "submitted", decider="staff"),
        (Action.VIEW_PROJECT, Action.CHECK_PROJECT),
    ),
    "projects:answer_for": Route(
        set(),
        "get",
        lambda: version(
            "provider_review", "provider_review", decider="providers", organization="river"
        ),
        (Action.VIEW_PROJECT, Action.APPROVE_PROJECT),
    ),
    "projects:score": Route(
        {MANAGER},
        "get",
        lambda: version("staff_check", "staff_check"),
        (Action.VIEW_PROJECT, Action.CHECK_PROJECT),
    ),
    "projects:condition": Route(
        {MANAGER}, "get", condition, (Action.VIEW_PROJECT, Action.CHECK_PROJECT)
    ),
    "projects:agreements": Route(
        {MANAGER},
        "get",
        lambda: version("approved", "authorization"),
        (Action.VIEW_PROJECT, Action.CHECK_PROJECT),
    ),
    "projects:authorize": Route(
        {MANAGER},
        "get",
        lambda: version("approved", "authorization"),
        (Action.VIEW_PROJECT, Action.AUTHORIZE),
    ),
    "projects:revoke": Route({MANAGER}, "get", active, (Action.VIEW_PROJECT, Action.AUTHORIZE)),
    "projects:bodies": Route(STAFF_ROLES, "get", dict, (Action.VIEW_COMMITTEE,)),
    "projects:body_new": Route({MANAGER}, "get", dict, (Action.CHANGE_COMMITTEE,)),
    "projects:body": Route(STAFF_ROLES, "get", body, (Action.VIEW_COMMITTEE,)),
    "projects:body_public": Route(set(Role), "get", body, (Action.VIEW_REGISTER,)),
    "projects:body_change": Route({MANAGER}, "get", body, (Action.CHANGE_COMMITTEE,)),
    "projects:seat": Route({MANAGER}, "get", body, (Action.CHANGE_COMMITTEE,)),
    "projects:end_seat": Route({MANAGER}, "get", seat, (Action.CHANGE_COMMITTEE,)),
    "projects:invite": Route({MANAGER}, "get", body, (Action.CHANGE_COMMITTEE,)),
    "projects:call": Route({MANAGER}, "get", body, (Action.CHANGE_COMMITTEE,)),
    "projects:meeting": Route(STAFF_ROLES, "get", meeting, (Action.VIEW_COMMITTEE,)),
    "projects:minutes": Route({MANAGER}, "get", meeting, (Action.CHANGE_COMMITTEE,)),
    "projects:attendance": Route({MANAGER}, "get", meeting, (Action.CHANGE_COMMITTEE,)),
    "projects:proxy": Route(set(), "get", matter, (Action.VIEW_COMMITTEE, Action.VOTE)),
    "projects:proxy_vote": Route(set(), "get", proxy_matter, (Action.VIEW_COMMITTEE, Action.VOTE)),
    "projects:matter": Route(STAFF_ROLES, "get", matter, (Action.VIEW_COMMITTEE,)),
    "projects:step_aside": Route(set(), "post", matter, (Action.VIEW_COMMITTEE, Action.VOTE)),
    "projects:close_vote": Route(
        set(), "post", matter, (Action.VIEW_COMMITTEE, Action.CHANGE_COMMITTEE)
    ),
    "projects:policies": Route(STAFF_ROLES, "get", dict, (Action.VIEW_POLICY,)),
    "projects:adopt": Route({MANAGER}, "get", dict, (Action.CHANGE_POLICY,)),
    "projects:policy": Route(STAFF_ROLES, "get", policy, (Action.VIEW_POLICY,)),
}
