"""Roles, second factors and staff roles: the terms of access."""

from enum import StrEnum
from typing import Final

__all__ = ["STAFF_ROLES", "Role", "SecondFactor"]


class Role(StrEnum):
    """What a person does for one organization.

    ``PUBLIC`` is any visitor without a session. ``FAMILY`` is the session that opened one child's
    family page.
    """

    DATA_MANAGER = "data_manager"
    STEWARD = "steward"
    ANALYST = "analyst"
    REVIEWER = "reviewer"
    PROGRAM_STAFF = "program_staff"
    COUNSEL = "counsel"
    COMMITTEE_MEMBER = "committee_member"
    FAMILY = "family"
    PUBLIC = "public"


STAFF_ROLES: Final = frozenset(Role) - {Role.FAMILY, Role.PUBLIC}
"""The roles that a person holds at an organization and signs in for."""


class SecondFactor(StrEnum):
    """Whether a session proved a second factor.

    ``EXCUSED`` exists for the demo's synthetic accounts while the server listens on loopback.
    """

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"
    LOCAL_SHELL = "local_shell"
