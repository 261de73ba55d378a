"""The reading club of Maple Youth, its tutor's browser and its data steward's."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

if TYPE_CHECKING:
    from tests.services.programs.reading_club import Club


@pytest.fixture
def club(person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> "Club":
    """The reading club of Maple Youth, on a Monday afternoon."""
    from django.utils import timezone
    from tests.services.programs.reading_club import NOW, make_club

    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_club(
        person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    )


@pytest.fixture
def tutor(club: "Club", browser: Callable[..., Client]) -> Client:
    """The browser of the tutor."""
    return browser(club.tutor)


@pytest.fixture
def steward(club: "Club", person: Callable[..., Any], browser: Callable[..., Client]) -> Client:
    """The browser of the organization's data steward."""
    return browser(person(Role.STEWARD, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM))


@pytest.fixture
def colleague(club: "Club", person: Callable[..., Any], browser: Callable[..., Client]) -> Client:
    """The browser of another member of staff."""
    return browser(
        person(
            Role.PROGRAM_STAFF,
            at="maple",
            kind=OrganizationKind.COMMUNITY_PROGRAM,
            email="colleague@example.org",
        )
    )


@pytest.fixture
def stranger(club: "Club", person: Callable[..., Any], browser: Callable[..., Client]) -> Client:
    """The browser of program staff of another organization."""
    return browser(person(Role.PROGRAM_STAFF, at="oak", kind=OrganizationKind.COMMUNITY_PROGRAM))
