"""The command line in this process: a runner, and an installation with its first person."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.known_states import once_for_each_state
from typer.testing import CliRunner

from cairn.demo.planned_deliveries import find_examples_folder
from cairn.interfaces.cli.main import app


@dataclass(frozen=True)
class Said:
    """How a command ended, what it told people, and its document."""

    code: int
    out: str
    error: str

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.out)


@pytest.fixture
def cairn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Runs the command: `cairn("people", "list")`. An unexpected error is an error here too."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object, **more: Any) -> Said:
        result = CliRunner().invoke(app, [str(a) for a in arguments], **more)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def real_data() -> Path:
    """The folder of published sample data, or a reason why these tests did not run."""
    default = Path(__file__).parents[4] / "shared" / "data"
    folder = Path(os.environ.get("CAIRN_REAL_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"the published sample data is not at {folder}: set CAIRN_REAL_DATA")
    return folder


@pytest.fixture
def founded(db: None, cairn: Callable[..., Said]) -> Said:
    """An installation with its first data manager, at Grand Bend's partnership."""
    return _found(cairn)


@once_for_each_state
def _found(cairn: Callable[..., Said]) -> Said:
    return cairn(
        *("people", "add", "dana@example.org", "--name", "Dana", "--json"),
        *("--organization", "grand-bend-partnership"),
    )


@pytest.fixture
def secured(founded: Said, cairn: Callable[..., Said]) -> Path:
    """The first data manager is trained and the office secured; the folder of the example."""
    return _secure(cairn)


@once_for_each_state
def _secure(cairn: Callable[..., Said]) -> Path:
    folder = find_examples_folder("grand-bend")
    training = ("--on", "2026-01-15", "--how", "A course of the county")
    for arguments in (
        ("people", "sign", "dana@example.org", "--name", "Dana"),
        ("people", "trained", "dana@example.org", "--module", "all", *training),
        ("people", "trained", "dana@example.org", "--module", "workshop", *training),
        ("secure", "assess", "grand-bend-partnership", folder / "security.toml"),
        ("secure", "plan", "grand-bend-partnership", "--adopt"),
    ):
        said = cairn(*arguments)
        assert said.code == 0, said.error
    return folder


@pytest.fixture
def agreed(secured: Path, cairn: Callable[..., Said]) -> Path:
    """Grand Bend's agreement is on record; the folder of its example."""
    _agree(secured, cairn)
    return secured


@once_for_each_state
def _agree(folder: Path, cairn: Callable[..., Said]) -> None:
    assert cairn("agree", folder / "agreements", "--register").code == 0


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A folder of files as a district might send it."""
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "students.csv").write_text(
        "Student ID,First Name,Last Name,Date of Birth,Lunch\n"
        "1,Ada,Ames,2015-03-01,ZZCANARY\n2,Ben,Boyd,2015-04-02,ZZCANARY\n"
    )
    (folder / "discipline.csv").write_text("Incident,Weapon\n1,none\n")
    (folder / "jobs.csv").write_text("Student ID,Year,Quarter,Employed\n1,2026,1,yes\n")
    (folder / "empty.csv").write_text("")
    (folder / ".hidden").write_text("x")
    return folder
