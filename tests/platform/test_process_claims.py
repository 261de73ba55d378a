"""A claim lasts as long as the process that holds it."""

import socket
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.platform.claim_holders import hold_claim_in_child

from cairn.platform.process_claims import ClaimHeld, hold_claim, is_claim_alive


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.CAIRN_DATA = tmp_path
    return tmp_path


def test_a_claim_ends_with_its_block() -> None:
    assert is_claim_alive("file-1") is None
    with hold_claim("file-1") as died:
        assert (died, is_claim_alive("file-1"), is_claim_alive("file-2")) == (False, True, None)
        with pytest.raises(ClaimHeld), hold_claim("file-1"):
            pass
    assert is_claim_alive("file-1") is None
    with pytest.raises(ValueError, match="cut short"), hold_claim("file-1"):
        raise ValueError("cut short")
    with hold_claim("file-1") as died:
        assert not died


def test_a_living_process_keeps_its_claim_and_a_killed_one_loses_it_at_once() -> None:
    with hold_claim_in_child("file-1") as kill:
        assert is_claim_alive("file-1") is True
        with pytest.raises(ClaimHeld), hold_claim("file-1"):
            pass
        kill()
        assert is_claim_alive("file-1") is False
    with hold_claim("file-1") as died:
        assert died
    with hold_claim("file-1") as died:
        assert not died


def test_nothing_is_known_of_a_claim_of_another_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with hold_claim_in_child("file-1") as kill:
        kill()
    monkeypatch.setattr(socket, "gethostname", lambda: "elsewhere")
    assert is_claim_alive("file-1") is None
    with hold_claim("file-1") as died:
        assert (died, is_claim_alive("file-1")) == (False, True)


def test_of_many_at_once_one_holds_it_at_a_time() -> None:
    inside, seen = [], []

    def work() -> None:
        for _round in range(40):
            try:
                with hold_claim("file-1"):
                    inside.append(1)
                    seen.append(len(inside))
                    inside.pop()
            except ClaimHeld:
                seen.append(0)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(seen), max(seen)) == (160, 1)
