"""Names in stored data are translated to the names of today, and back."""

from collections.abc import Iterator
from typing import Any

import pytest

from cairn.policy.engine import StoredNameKind, find_current_name, find_stored_name, stored_names
from cairn.policy.engine.stored_names import AmbiguousStoredNameError


@pytest.fixture
def aliases(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A table that a test may fill."""
    table: dict[str, Any] = {kind.value: {} for kind in StoredNameKind}
    monkeypatch.setattr(stored_names, "load_alias_table", lambda: table)
    caches = (stored_names._load_aliases, stored_names._invert_aliases)
    for cached in caches:
        cached.cache_clear()
    yield table
    for cached in caches:
        cached.cache_clear()


def test_a_renamed_question_is_found_both_ways() -> None:
    kind = StoredNameKind.QUESTION
    assert find_current_name(kind, "retention.may_destroy") == "may_destroy_data"
    assert find_stored_name(kind, "may_destroy_data") == "retention.may_destroy"


@pytest.mark.parametrize("kind", StoredNameKind)
def test_a_name_that_was_not_renamed_stays(kind: StoredNameKind) -> None:
    assert find_current_name(kind, "never_renamed") == "never_renamed"
    assert find_stored_name(kind, "never_renamed") == "never_renamed"


def test_a_task_may_have_two_earlier_paths_but_a_question_is_recorded_under_one(
    aliases: dict[str, Any],
) -> None:
    aliases["tasks"] |= {"old.tasks.run": "new.tasks.run", "older.tasks.run": "new.tasks.run"}
    assert find_current_name(StoredNameKind.TASK, "older.tasks.run") == "new.tasks.run"
    aliases["questions"] |= {"old.may_wave": "may_wave", "older.may_wave": "may_wave"}
    with pytest.raises(AmbiguousStoredNameError, match=r"old\.may_wave and older\.may_wave"):
        find_stored_name(StoredNameKind.QUESTION, "may_wave")
