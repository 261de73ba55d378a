"""A community with projects that can be proposed, decided and let through."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    # Models may be imported only once Django's apps are loaded, which a conftest comes before.
    from tests.governance.projects.sample_projects import World

    return World(
        manager=person(Role.DATA_MANAGER),
        analyst=person(Role.ANALYST, email="secret.analyst@example.org"),
        steward=person(Role.STEWARD, at="river"),
        members=[
            person(Role.COMMITTEE_MEMBER, at="council", kind=OrganizationKind.GOVERNMENT)
            for _ in range(3)
        ],
        river=organization("river"),
        hub=organization("backbone"),
        at=timezone.localtime(),
    )
