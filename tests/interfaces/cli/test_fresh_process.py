"""Every verb in a process of its own, as a person starts it: it never ends in a traceback.

Tests that call a verb inside the test process cannot see a model that is imported before Django
is set up: the test process has set it up.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from tests.migrated_databases import copy_migrated_databases

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


# Starts each verb in a process that has loaded nothing of Cairn. What takes longest to load, and
# cannot tell whether Django is set up, is loaded before.
_STARTER = """
import json, os, runpy, sys, traceback
import duckdb, fpdf, highspy, lxml.etree, numpy, pyarrow.parquet, scipy.sparse.csgraph
import django.apps, django.db.models, django.forms, django.http, django.template, django.urls
import cairn.matching, cairn.policy.questions, cairn.sdc, cairn.warehouse

assert not django.apps.apps.ready
assert not [name for name in sys.modules if name.startswith("cairn.") and "models" in name]
for line in sys.stdin:
    folder, arguments, out, error = json.loads(line)
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.chdir(folder)
    os.environ["CAIRN_DATA"] = os.path.join(folder, "data")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.dup2(os.open(error, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    code = 0
    try:
        sys.argv = ["cairn", *arguments]
        runpy.run_module("cairn.interfaces.cli.main", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
"""

_Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Run]:
    """Runs `cairn` in a folder: `run(folder, "people", "list")`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "DJANGO_SETTINGS_MODULE" and not name.startswith("CAIRN_")
    }
    texts = [tmp_path_factory.mktemp("said") / name for name in ("out", "error")]
    command = [sys.executable, "-c", _STARTER]
    with subprocess.Popen(
        command, env=kept, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdin
        assert starter.stdout
        send, answers = starter.stdin, starter.stdout

        def start(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
            send.write(json.dumps([str(folder), arguments, *map(str, texts)]) + "\n")
            send.flush()
            code = int(answers.readline())
            out, error = (text.read_text(encoding="utf-8") for text in texts)
            return subprocess.CompletedProcess(arguments, code, out, error)

        yield start
        send.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to run in, with a data folder whose databases exist and are empty."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "file.csv").write_text("ID,Name\n1,Ana\n")
    copy_migrated_databases(folder / "data")
    return folder


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
def test_a_verb_ends_plainly(verb: Verb, folder: Path, run: _Run) -> None:
    _assert_plain_end(run(folder, *verb, *_required_arguments(_COMMANDS[verb])))


def test_an_outcome_that_is_not_in_the_catalog_is_named(tmp_path: Path, run: _Run) -> None:
    copy_migrated_databases(tmp_path / "data")
    run(tmp_path, "people", "add", "dana@example.org", "--name", "Dana")
    verb = ("release", "draft")
    ended = run(tmp_path, *verb, *_required_arguments(_COMMANDS[verb]))
    assert ended.returncode == 2
    assert "There is no outcome x. Outcomes: " in " ".join(ended.stderr.split())


def test_linking_the_hub_says_what_is_missing(tmp_path: Path, run: _Run) -> None:
    copy_migrated_databases(tmp_path / "data")
    ended = run(tmp_path, "link")
    assert ended.returncode == 2
    assert "cairn people add" in ended.stderr
    refused = run(tmp_path, "link", "--out", "people.csv")
    assert (refused.returncode, "Name the files to match" in refused.stderr) == (2, True)
