"""Every verb in a process of its own, as a person starts it: it never ends in a traceback.

Tests that call a verb inside the test process cannot see a model that is imported before Django
is set up: the test process has set it up.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from cairn.interfaces.cli.main import app

_LONG_RUNNING = {
    ("demo",): "makes a community of 20,000 children and serves it",
    ("serve",): "serves until it is stopped; tests/interfaces/web/test_server.py starts it",
    ("work",): "works until it is stopped; tests/interfaces/web/test_worker.py starts it",
}

Verb = tuple[str, ...]


def _commands(
    group: typer.core.TyperGroup, words: Verb = ()
) -> Iterator[tuple[Verb, typer.core.TyperCommand]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, (*words, name))
        elif isinstance(command, typer.core.TyperCommand):
            yield (*words, name), command


_ROOT = typer.main.get_command(app)
assert isinstance(_ROOT, typer.core.TyperGroup)
_COMMANDS = {verb: c for verb, c in _commands(_ROOT) if verb not in _LONG_RUNNING}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to run in, with a data folder whose databases exist and are empty."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "file.csv").write_text("ID,Name\n1,Ana\n")
    _run(folder, "people", "list")
    return folder


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "DJANGO_SETTINGS_MODULE" and not name.startswith("CAIRN_")
    }
    return subprocess.run(
        [sys.executable, "-m", "cairn.interfaces.cli.main", *arguments],
        cwd=folder,
        env={**kept, "CAIRN_DATA": str(folder / "data")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _assert_plain_end(run: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in run.stdout + run.stderr, run.stderr[-2000:]
    assert run.returncode in {0, 1, 2}, run.stderr[-2000:]


def _required_arguments(command: typer.core.TyperCommand) -> list[str]:
    """Give each required argument a value of its type, so that the verb itself begins."""
    arguments = []
    for parameter in command.params:
        if not parameter.required:
            continue
        if isinstance(parameter, typer.core.TyperOption):
            arguments.append(parameter.opts[0])
        kind = str(parameter.type_descriptor.annotation)
        arguments.append("file.csv" if "Path" in kind else "1" if "int" in kind else "x")
    return arguments


def test_the_verbs_that_run_on_exist() -> None:
    assert {verb for verb, _ in _commands(_ROOT)} >= set(_LONG_RUNNING)
    assert len(_COMMANDS) > 30


@pytest.mark.slow
@pytest.mark.parametrize("verb", _COMMANDS, ids=" ".join)
def test_a_verb_ends_plainly(verb: Verb, folder: Path) -> None:
    _assert_plain_end(_run(folder, *verb, *_required_arguments(_COMMANDS[verb])))


def test_an_outcome_that_is_not_in_the_catalog_is_named(tmp_path: Path) -> None:
    folder = tmp_path
    _run(folder, "people", "add", "dana@example.org", "--name", "Dana")
    verb = ("release", "draft")
    run = _run(folder, *verb, *_required_arguments(_COMMANDS[verb]))
    assert run.returncode == 2
    assert "There is no outcome x. Outcomes: " in " ".join(run.stderr.split())


def test_linking_the_hub_says_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path
    _run(folder, "people", "list")
    run = _run(folder, "link")
    assert run.returncode == 2
    assert "cairn people add" in run.stderr
    refused = _run(folder, "link", "--out", "people.csv")
    assert (refused.returncode, "Name the files to match" in refused.stderr) == (2, True)
