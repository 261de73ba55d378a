"""`cairn demo` may be stopped at any step, and begun again finishes what it began."""

from pathlib import Path

import pytest

PEOPLE = 120
pytestmark = pytest.mark.django_db(databases=["default", "identities"])


class StopsAt:
    """Someone ends the program when it comes to a step; with no step, never."""

    def __init__(self, name: str = "no such step") -> None:
        self._name = name

    def step(self, name: str, total: int = 0) -> None:
        assert total >= 0
        if name.startswith(self._name):
            raise KeyboardInterrupt(name)

    def advance(self, units: int = 1) -> None:
        assert units >= 0


def test_stopped_at_each_of_three_steps_it_is_begun_again_and_finishes(tmp_path: Path) -> None:
    """Each new beginning passes the step at which the one before was stopped."""
    from cairn.demo.setup import build_demo
    from cairn.platform.audit.log import verify_audit_chain
    from cairn.platform.storage.api import open_file_store

    for step in ("Recording agreements", "Importing", "Matching"):
        with pytest.raises(KeyboardInterrupt, match=step):
            build_demo(people=PEOPLE, files=tmp_path / "files", progress=StopsAt(step))
    finished = build_demo(people=PEOPLE, files=tmp_path / "files", progress=StopsAt())
    assert not finished.again
    assert finished.published == 7
    assert finished.received == 46
    assert verify_audit_chain() == []
    assert open_file_store().verify() == []
