"""Every route, task and command asks the rules; and who may pass which door is one table.

Each app names its routes in `tests/entry_points/<app>.py`: `DOORS` (route → who may, method, a
function that makes what the address needs), `TASKS` (task → a function that makes what it needs and
returns the arguments) and `COMMANDS` (verb → its arguments). A route without an entry fails here.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
import typer
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_tasks.base import Task
from typer.testing import CliRunner

from cairn.config.installed_apps import CAIRN_APPS
from cairn.data.identity.runs.run_outputs import NothingToLink
from cairn.interfaces.cli.main import app
from cairn.platform.actions.api import get_action_declaration
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Decision
from cairn.policy.engine.replay import list_questions
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

# Verbs that run the installation and show nobody any data, each with its reason.
VERBS_WITHOUT_RULES = {
    "demo": "makes invented people and then does what they may, through the same actions",
    "serve": "opens the doors above",
    "work": "does the tasks below",
    "synthetic": "invents rows from an agreement's text: no data, no record, nothing kept",
    "lint": "reads the texts it was given: no data, no record, nothing kept",
    "protect": "turns the plain file it was given into another: no hub, no record, nothing kept",
    "encode": "turns the plain file it was given into another: no hub, no record, nothing kept",
    "deidentify": "turns the plain file it was given into another: no hub, no record, nothing kept",
    "check": "looks at the machine: versions, folders, keys, free space",
}
# Doors that lead to no data and decide by themselves, each with its reason.
WITHOUT_RULES = {
    "web:health": "says 'ok' to a machine and reads nothing",
    "web:language": "keeps a language in a cookie",
    "accounts:mine": "one's own name and address, to oneself",
    "account_": "the sign-in library's pages, before anybody is known; one's own password",
    "mfa_": "the sign-in library's pages about one's own second factor",
}


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"entry_points_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _named(table: str) -> dict[str, Any]:
    files = sorted(Path(__file__, "../entry_points").resolve().glob("*.py"))
    return {key: entry for file in files for key, entry in getattr(_load(file), table, {}).items()}


def every_route() -> Iterator[str]:
    """The name of every route of the site, also those of libraries."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from walk(pattern.url_patterns, space)
            else:
                yield f"{prefix}{pattern.name}"

    yield from walk(get_resolver().url_patterns, "")


def _excepted(route: str) -> bool:
    return any(
        route == name or (name.endswith("_") and route.startswith(name)) for name in WITHOUT_RULES
    )


def _tasks() -> Iterator[str]:
    for room in CAIRN_APPS:
        if importlib.util.find_spec(f"cairn.{room.name}.tasks"):
            module = importlib.import_module(f"cairn.{room.name}.tasks")
            yield from (
                thing.module_path
                for thing in vars(module).values()
                if isinstance(thing, Task) and thing.func.__module__ == module.__name__
            )


def _verbs() -> Iterator[str]:
    def walk(command: Any, name: str) -> Iterator[str]:
        if hasattr(command, "commands"):  # Typer's groups are its own, not Click's
            for key, inner in command.commands.items():
                yield from walk(inner, f"{name} {key}".strip())
        else:
            yield name

    yield from walk(typer.main.get_command(app), "")


@pytest.fixture
def decisions(monkeypatch: pytest.MonkeyPatch) -> list[Decision]:
    """Every Decision made since, by whomever."""
    made: list[Decision] = []
    initialize = Decision.__init__

    def watched(self: Decision, *args: Any, **kwargs: Any) -> None:
        initialize(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(Decision, "__init__", watched)
    return made


def _load_event_questions() -> dict[str, set[str]]:
    """The recorded names of the questions that declared actions ask, by their audit event."""
    assert list(every_route())  # loads the views, and with them the actions
    names = {question: name for name, question in list_questions().items()}
    found: dict[str, set[str]] = {}
    for module in [module for name, module in sys.modules.items() if name.startswith("cairn.")]:
        for function in [f for f in vars(module).values() if isinstance(f, FunctionType)]:
            declaration = get_action_declaration(function)
            if declaration and declaration.event and declaration.asks in names:
                found.setdefault(declaration.event, set()).add(names[declaration.asks])
    return found


# How a task may end after it asked: with a sentence of ours, such as that there is nothing to do.
SENTENCES = (NothingToLink,)
FORBIDDEN, BROKEN = 403, 500
DOORS = _named("DOORS")
EVENT_QUESTIONS = _load_event_questions()
COMMANDS = _named("COMMANDS")
TASKS = _named("TASKS")


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    routes = {route for route in every_route() if not _excepted(route)}
    assert routes == set(DOORS)


def test_the_declared_actions_are_known() -> None:
    assert EVENT_QUESTIONS["release.submitted"] == {"release.may_submit"}
    assert len(EVENT_QUESTIONS) > 50


def test_every_exception_is_in_use() -> None:
    routes = list(every_route())
    unused = [name for name in WITHOUT_RULES if not any(r.startswith(name) for r in routes)]
    assert unused == []


@pytest.mark.django_db(databases=["default", "identities"])
@pytest.mark.parametrize("role", sorted(STAFF_ROLES | {Role.PUBLIC}))
def test_who_may_pass(
    role: Role, browser: Callable[..., Client], decisions: list[Decision]
) -> None:
    """Each role tries every door once, signed in once; what a door changed is undone before the
    next."""
    at = "backbone" if role in (Role.DATA_MANAGER, Role.ANALYST) else "district"
    signed_in = browser(role, at=at).cookies
    wrong: dict[str, str] = {}
    for route in sorted(DOORS):
        client = Client()
        client.cookies = deepcopy(signed_in)
        with _undone():
            said = _at_the_door(route, role, client, decisions)
        if said:
            wrong[route] = said
    assert wrong == {}


def _at_the_door(route: str, role: Role, client: Client, decisions: list[Decision]) -> str:
    """What is wrong with how a door treats a role; empty if nothing is."""
    may, method, make = DOORS[route]
    address = reverse(route, kwargs=make())
    before = AuditLine.objects.count()
    decisions.clear()
    status = getattr(client, method)(address).status_code
    if not decisions:
        return "answered without asking the rules"
    if unasked := _find_unasked_event(before, decisions):
        return f"recorded {unasked} with the answer to another question"
    passes = status != FORBIDDEN
    return f"answered {status}" if status >= BROKEN or passes != (role in may) else ""


def _find_unasked_event(before: int, decisions: list[Decision]) -> str:
    """The event of an audit line that names no decision of this request, or another question's."""
    for line in AuditLine.objects.filter(sequence__gt=before).exclude(decision_id=""):
        asked = {d.asked.name for d in decisions if d.asked and d.decision_id == line.decision_id}
        if not asked or (line.event in EVENT_QUESTIONS and not asked & EVENT_QUESTIONS[line.event]):
            return line.event
    return ""


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever is written inside is not there afterwards, in either database."""
    with transaction.atomic("default"), transaction.atomic("identities"):
        yield
        for database in ("default", "identities"):
            transaction.set_rollback(True, using=database)


def test_every_task_has_an_entry_and_every_entry_a_task() -> None:
    assert set(_tasks()) == set(TASKS)


@pytest.mark.django_db(databases=["default", "identities"], transaction=True)
@pytest.mark.parametrize("path", sorted(TASKS))
def test_a_task_asks_the_rules(path: str, decisions: list[Decision]) -> None:
    module, _, name = path.rpartition(".")
    arguments = TASKS[path]()
    decisions.clear()
    with suppress(*SENTENCES):
        getattr(importlib.import_module(module), name).func(**arguments)
    assert decisions, f"{path} worked without asking the rules"


def test_every_verb_has_an_entry_and_every_entry_a_verb() -> None:
    assert set(_verbs()) == set(COMMANDS) | set(VERBS_WITHOUT_RULES)


@pytest.mark.django_db(databases=["default", "identities"], transaction=True)
@pytest.mark.parametrize("verb", sorted(COMMANDS))
def test_a_verb_asks_the_rules(
    verb: str, person: Callable[..., Any], decisions: list[Decision], tmp_path: Path
) -> None:
    made = COMMANDS[verb](tmp_path)
    operator = person(Role.DATA_MANAGER, email="operator@example.org")
    # Where the maker says for whom the answer is, the verb acts for nobody of this installation.
    acting = [] if "--as" in made else ["--as", operator.email]
    arguments = [*verb.split(), *made, *acting]
    decisions.clear()
    answer = CliRunner().invoke(app, arguments)
    assert decisions, f"cairn {verb} answered without asking the rules: {answer.output}"
    assert answer.exit_code in (0, 1, 2), answer.output
