"""Who may stop watching a folder, and who may take a refused file off the list."""

from collections.abc import Callable
from datetime import date

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.data.watched_folders import (
    may_dismiss_folder_file,
    may_end_folder_watch,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

Acting = Callable[..., Actor]


@pytest.mark.parametrize(
    ("role", "at", "allowed"),
    [
        (Role.DATA_MANAGER, "hub", True),
        (Role.STEWARD, "river", True),
        (Role.PROGRAM_STAFF, "river", True),
        (Role.STEWARD, "hills", False),
        (Role.ANALYST, "river", False),
    ],
)
def test_who_sends_for_the_organization_decides(
    role: Role, at: str, allowed: bool, acting: Acting, on: date
) -> None:
    actor = acting(role, at=at)
    ended = may_end_folder_watch("river", actor, on)
    dismissed = may_dismiss_folder_file("river", actor, on)
    assert (ended.allowed, dismissed.allowed) == (allowed, allowed)
    assert (ended.action, dismissed.action) == (
        Action.END_FOLDER_WATCH,
        Action.DISMISS_FOLDER_FILE,
    )
