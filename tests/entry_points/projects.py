"""The doors of projects, bodies and policies."""

from datetime import date
from typing import Any

from django.utils import timezone

from cairn.governance.partners.models.organizations import Organization
from cairn.governance.projects.flow_files import load_flow_texts
from cairn.governance.projects.models import authorization, lesson
from cairn.governance.projects.models import body as models_body
from cairn.governance.projects.models import policy as models_policy
from cairn.governance.projects.models import project as models_project
from cairn.governance.projects.models import question as models_question
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

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
    taught = lesson.Lesson.objects.create(
        project=row, kind="finding", text="It works.", by=_user(), at=timezone.localtime()
    )
    return where | ({"pk": taught.pk} if "pk" in more else {})


def question() -> dict[str, Any]:
    """A question that can be dropped."""
    where = version(code="Q1", event="drop")
    models_question.Question.objects.create(
        version=models_project.Version.objects.get(), code="Q1", text="Who?", asked_by="Families"
    )
    return where


def condition() -> dict[str, Any]:
    """A condition that is still open."""
    where = version("conditions", "authorization")
    row = authorization.Condition.objects.create(
        version=models_project.Version.objects.get(), round=1, text="Train everyone"
    )
    return where | {"pk": row.pk}


def active() -> dict[str, Any]:
    """A version with an authorization."""
    where = version("active", "access")
    authorization.Authorization.objects.create(
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


# Route → (who may, method, the objects it needs).
DOORS = {
    "projects:list": (STAFF_ROLES, "get", dict),
    "projects:new": (ASKS, "get", dict),
    "projects:detail": (STAFF_ROLES, "get", version),
    "projects:request": (STAFF_ROLES, "get", version),
    "projects:changes": (STAFF_ROLES, "get", version),
    "projects:words": (ASKS, "get", version),
    "projects:parties": (ASKS, "get", version),
    "projects:questions": (ASKS, "get", version),
    "projects:question": (ASKS, "get", question),
    "projects:elements": (ASKS, "get", version),
    "projects:equity": (ASKS, "get", lambda: version(kind="engagement")),
    # Nothing is written in it yet, so that nobody may hand it in.
    "projects:move_on": (set(), "post", version),
    "projects:withdraw": (ASKS, "get", version),
    "projects:revise": (ASKS, "get", lambda: version("rejected", "committee")),
    # Others record it too where they take part in the pilot: tests/outputs/releases/test_pilot.py.
    "projects:lesson": (ASKS, "get", pilot),
    "projects:settle_lesson": (ASKS, "get", lambda: pilot(pk=0)),
    "projects:make_real": (ASKS, "get", pilot),
    "projects:answer": (
        {MANAGER},
        "get",
        lambda: version("submitted", "submitted", decider="staff"),
    ),
    "projects:answer_for": (
        set(),
        "get",
        lambda: version(
            "provider_review", "provider_review", decider="providers", organization="river"
        ),
    ),
    "projects:score": ({MANAGER}, "get", lambda: version("staff_check", "staff_check")),
    "projects:condition": ({MANAGER}, "get", condition),
    "projects:agreements": ({MANAGER}, "get", lambda: version("approved", "authorization")),
    "projects:authorize": ({MANAGER}, "get", lambda: version("approved", "authorization")),
    "projects:revoke": ({MANAGER}, "get", active),
    "projects:bodies": (STAFF_ROLES, "get", dict),
    "projects:body_new": ({MANAGER}, "get", dict),
    "projects:body": (STAFF_ROLES, "get", body),
    "projects:body_public": (set(Role), "get", body),
    "projects:body_change": ({MANAGER}, "get", body),
    "projects:seat": ({MANAGER}, "get", body),
    "projects:end_seat": ({MANAGER}, "get", seat),
    "projects:invite": ({MANAGER}, "get", body),
    "projects:call": ({MANAGER}, "get", body),
    "projects:meeting": (STAFF_ROLES, "get", meeting),
    "projects:minutes": ({MANAGER}, "get", meeting),
    "projects:matter": (STAFF_ROLES, "get", matter),
    "projects:step_aside": (set(), "post", matter),
    "projects:close_vote": (set(), "post", matter),
    "projects:policies": (STAFF_ROLES, "get", dict),
    "projects:adopt": ({MANAGER}, "get", dict),
    "projects:policy": (STAFF_ROLES, "get", policy),
}
