"""A program with one group, its tutor, and the tutor's browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

if TYPE_CHECKING:
    from tests.services.programs.reading_club import Club


@pytest.fixture
def club(person: Callable[..., Any]) -> "Club":
    """The reading club of Maple Youth."""
    from tests.services.programs.reading_club import make_club

    return make_club(
        person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    )


@pytest.fixture
def tutor(club: "Club", browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Client:
    """The browser of the tutor, on a Monday afternoon on which the group meets."""
    from django.utils import timezone
    from tests.services.programs.reading_club import NOW

    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return browser(club.tutor)
