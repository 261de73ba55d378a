"""The people whom the tests of projects move."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    from tests.governance.projects.sample_projects import World

    return World(
        manager=person(Role.DATA_MANAGER),
        analyst=person(Role.ANALYST, at="backbone"),
        steward=person(Role.STEWARD, at="river"),
        members=[
            person(Role.COMMITTEE_MEMBER, at="council", kind=OrganizationKind.GOVERNMENT)
            for _ in range(3)
        ],
        river=organization("river"),
        hub=organization("backbone"),
        at=timezone.localtime(),
    )
