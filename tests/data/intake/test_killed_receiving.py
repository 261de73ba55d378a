"""However often the process that receives files is killed, every row is counted exactly once."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.migrated_databases import copy_migrated_databases

pytestmark = pytest.mark.slow
_ROUNDS: Final = 2
_SIGKILL: Final = 9


@pytest.fixture
def receive_and_kill(tmp_path: Path) -> Callable[[int], dict[str, object]]:
    """Run the program beside this file with a data folder of its own."""

    def run(seed: int) -> dict[str, object]:
        copy_migrated_databases(tmp_path / "data")
        environment = {
            **os.environ,
            "CAIRN_DATA": str(tmp_path / "data"),
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        for name in ("DATABASE_URL", "IDENTITY_DATABASE_URL"):
            environment.pop(name, None)
        command = [sys.executable, "-m", "tests.data.intake.killed_receiving"]
        finished = subprocess.run(
            [*command, str(seed), str(_ROUNDS)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert finished.returncode == 0, f"seed {seed}: {finished.stderr[-3000:]}"
        result: dict[str, object] = json.loads(finished.stdout)
        return result

    return run


def test_every_row_is_counted_once_however_often_a_process_is_killed(
    receive_and_kill: Callable[[int], dict[str, object]],
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    result = receive_and_kill(seed)
    kills, states = result["kills"], result["states"]
    assert isinstance(kills, list)
    assert isinstance(states, list)
    assert _SIGKILL in kills, f"seed {seed}"
    undisturbed, *disturbed = states
    assert undisturbed["deliveries"] == [
        ["2024-25", "conformed", 6, 4, 2],
        ["2025-26", "conformed", 7, 5, 2],
        ["2026-27", "conformed", 8, 6, 2],
    ]
    assert (undisturbed["landed"], undisturbed["folder_files"]) == (3, 9)
    for state in disturbed:
        assert state == undisturbed, f"seed {seed}"
