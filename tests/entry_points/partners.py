"""The doors of partners."""

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from tests.entry_points.entry import Route

from cairn.governance.partners.models import Affiliation, DataTool, Organization, ToolConnection
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action

MANAGER, STEWARD = Role.DATA_MANAGER, Role.STEWARD


def affiliation() -> dict[str, Any]:
    """Somebody's role at a partner that nobody else in these tests belongs to."""
    row = Affiliation.objects.create(
        user=User.objects.create_user("someone@example.org", "Someone"),
        organization=Organization.objects.create(
            slug="elsewhere", name="Elsewhere", kind="community_program"
        ),
        role=Role.PROGRAM_STAFF.value,
        starts=date(2020, 1, 1),
    )
    return {"pk": row.pk}


def elsewhere() -> dict[str, Any]:
    """A partner that nobody else in these tests belongs to."""
    affiliation()
    return {"slug": "elsewhere"}


def questionnaire() -> dict[str, Any]:
    """Its self-assessment."""
    return elsewhere() | {"name": "security"}


def somebody() -> dict[str, Any]:
    """Somebody who works there."""
    pk = Affiliation.objects.get(pk=affiliation()["pk"]).user_id
    return {"slug": "elsewhere", "pk": pk}


def user() -> dict[str, Any]:
    """The account of a person who works there."""
    return {"pk": somebody()["pk"]}


def signed_off() -> dict[str, Any]:
    """The account of a person who works there and may not sign in."""
    pk = user()["pk"]
    User.objects.filter(pk=pk).update(is_active=False)
    return {"pk": pk}


def with_second_factor() -> dict[str, Any]:
    """The account of a person who works there and has an authenticator app."""
    pk = user()["pk"]
    Authenticator.objects.create(user_id=pk, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return {"pk": pk}


def barred() -> dict[str, Any]:
    """A bar that nobody recorded: whoever may pass finds nothing."""
    return elsewhere() | {"pk": 0}


def district_without_pack() -> dict[str, Any]:
    """The district of the stewards and counsel of these tests, in a state without a pack."""
    Organization.objects.update_or_create(
        slug="district",
        defaults={"state": "OH"},
        create_defaults={"name": "District", "kind": "school_district", "state": "OH"},
    )
    return {"slug": "district"}


def data_tool() -> dict[str, Any]:
    """A tool that the partner uses."""
    organization = Organization.objects.get(**elsewhere())
    return {"pk": DataTool.objects.create(organization=organization, name="Tool").pk}


def tool_connection() -> dict[str, Any]:
    """What connects two of its tools."""
    source = DataTool.objects.get(**data_tool())
    target = DataTool.objects.create(organization=source.organization, name="Other")
    return {"pk": ToolConnection.objects.create(source=source, target=target, method="file").pk}


ROUTES = {
    "partners:tools": Route(STAFF_ROLES, "get", dict, (Action.VIEW_PARTNERS,)),
    "partners:new_tool": Route({MANAGER}, "get", dict, (Action.CHANGE_PARTNERS,)),
    "partners:change_tool": Route({MANAGER}, "get", data_tool, (Action.CHANGE_PARTNERS,)),
    "partners:remove_tool": Route({MANAGER}, "get", data_tool, (Action.CHANGE_PARTNERS,)),
    "partners:new_connection": Route({MANAGER}, "get", dict, (Action.CHANGE_PARTNERS,)),
    "partners:remove_connection": Route(
        {MANAGER}, "get", tool_connection, (Action.CHANGE_PARTNERS,)
    ),
    "partners:list": Route(STAFF_ROLES, "get", dict, (Action.VIEW_PARTNERS,)),
    "partners:new": Route({MANAGER}, "get", dict, (Action.CHANGE_PARTNERS,)),
    "partners:people": Route({MANAGER, STEWARD}, "get", dict, (Action.VIEW_PEOPLE,)),
    "partners:new_person": Route({MANAGER}, "get", dict, (Action.CHANGE_PEOPLE,)),
    "partners:person": Route({MANAGER, STEWARD}, "get", user, (Action.VIEW_PEOPLE,)),
    "partners:edit_person": Route({MANAGER}, "get", user, (Action.CHANGE_PEOPLE,)),
    "partners:deactivate": Route({MANAGER}, "get", user, (Action.CHANGE_PEOPLE,)),
    "partners:reactivate": Route({MANAGER}, "get", signed_off, (Action.CHANGE_PEOPLE,)),
    "partners:reset_second_factor": Route(
        {MANAGER}, "get", with_second_factor, (Action.CHANGE_PEOPLE,)
    ),
    "partners:change_role": Route({MANAGER}, "get", affiliation, (Action.CHANGE_PEOPLE,)),
    "partners:invite": Route(
        {MANAGER}, "post", affiliation, (Action.CHANGE_PEOPLE,), records=("person.invited",)
    ),
    "partners:end": Route({MANAGER}, "get", affiliation, (Action.CHANGE_PEOPLE,)),
    "partners:clearance": Route(
        {MANAGER, Role.ANALYST}, "get", elsewhere, (Action.VIEW_CLEARANCE,)
    ),
    "partners:security": Route({MANAGER, Role.ANALYST}, "get", elsewhere, (Action.VIEW_CLEARANCE,)),
    "partners:plan": Route({MANAGER, Role.ANALYST}, "get", elsewhere, (Action.VIEW_CLEARANCE,)),
    "partners:assess": Route({MANAGER}, "get", questionnaire, (Action.CHANGE_SECURITY,)),
    "partners:attest": Route({MANAGER}, "get", somebody, (Action.ATTEST_TRAINING,)),
    "partners:control": Route({MANAGER}, "get", elsewhere, (Action.CHANGE_SECURITY,)),
    "partners:sub_processor": Route({MANAGER}, "get", elsewhere, (Action.CHANGE_SECURITY,)),
    "partners:describe": Route({MANAGER}, "get", elsewhere, (Action.CHANGE_PARTNERS,)),
    "partners:state_law": Route(
        {MANAGER, Role.ANALYST}, "get", elsewhere, (Action.VIEW_CLEARANCE,)
    ),
    "partners:review_state_law": Route(
        {STEWARD, Role.COUNSEL}, "get", district_without_pack, (Action.REVIEW_STATE_LAW,)
    ),
    "partners:bar": Route({MANAGER}, "get", elsewhere, (Action.BAR_PARTNER,)),
    "partners:lift_bar": Route({MANAGER}, "get", barred, (Action.BAR_PARTNER,)),
}
