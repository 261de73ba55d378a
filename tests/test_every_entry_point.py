"""Every route, task and command asks the policy its own question; who may do what is one table.

Each app names its entry points in `tests/entry_points/<app>.py`: `ROUTES` (name → `Route`), `TASKS`
(path → `BackgroundTask`) and `COMMANDS` (verb → `Command`). An entry point without an entry fails
here, and so does one that asks for another action than its entry declares, records another audit
event, or ends with another exit code.
"""

import importlib.util
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
import typer
from django.db import connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_tasks.base import Task
from tests.entry_points.entry import BackgroundTask, Command, Route
from tests.entry_points.undone import show_plain_refusals, undone
from typer.testing import CliRunner

from cairn.config.installed_apps import CAIRN_APPS
from cairn.interfaces.cli.main import app
from cairn.platform.actions.api import get_action_declaration
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Decision, Refused
from cairn.policy.engine.replay import list_questions
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action

# Verbs that run the installation and show nobody any data, each with its reason.
VERBS_WITHOUT_POLICY = {
    "demo": "makes invented people and then does what they may, through the same actions",
    "serve": "serves the routes above",
    "work": "does the tasks below",
    "synthetic": "invents rows from an agreement's text: no data, no record, nothing kept",
    "lint": "reads the texts it was given: no data, no record, nothing kept",
    "protect": "turns the plain file it was given into another: no hub, no record, nothing kept",
    "encode": "turns the plain file it was given into another: no hub, no record, nothing kept",
    "deidentify": "turns the plain file it was given into another: no hub, no record, nothing kept",
    "grant": "gives the site's own role its rights on the databases, and shows no data",
    "check": "looks at the machine: versions, folders, keys, free space",
    "restore": "fills an empty folder for a person with the private key and the master key",
}
# Routes that lead to no data and decide by themselves, each with its reason.
ROUTES_WITHOUT_POLICY = {
    "web:health": "says 'ok' to a machine and reads nothing",
    "web:ready": "says 'ready' or what is missing to a machine and reads no data",
    "web:language": "keeps a language in a cookie",
    "accounts:mine": "one's own name and address, to oneself",
    "account_": "the sign-in library's pages, before anybody is known; one's own password",
    "mfa_": "the sign-in library's pages about one's own second factor",
}
# Requests for data about children: their refusals are in the disclosure log too.
LOGGED_REFUSALS = {
    *(Action.VIEW, Action.LIST, Action.EXPORT, Action.DELIVER, Action.REFER, Action.MATCH),
    *(Action.AGGREGATE, Action.RELEASE, Action.PUBLISH, Action.EMERGENCY, Action.PARENT_VIEW),
    *(Action.RECEIVE, Action.CONFORM, Action.LINK, Action.BUILD_MART, Action.COUNT, Action.PROTECT),
    *(Action.SEND_BACK_RELEASE, Action.PUBLISH_RELEASE, Action.COMPARE_OWN_FIGURES),
    *(Action.PREPARE_EXTRACT, Action.READ_TEXT),
}
FORBIDDEN, BROKEN = 403, 500
SEE_MOST = (Role.DATA_MANAGER, Role.STEWARD)
OTHERS = tuple(sorted((STAFF_ROLES | {Role.PUBLIC}) - {*SEE_MOST}))


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"entry_points_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _merge_tables(table: str) -> dict[str, Any]:
    files = sorted(Path(__file__, "../entry_points").resolve().glob("*.py"))
    return {key: entry for file in files for key, entry in getattr(_load(file), table, {}).items()}


QUERY_BUDGETS: dict[str, int] = tomllib.loads(
    Path(__file__).with_name("fixtures").joinpath("query-budgets.toml").read_text()
)["queries"]
"""The most queries that a request to each route may take, by the role that takes the most."""
_NEW_ROUTE_BUDGET = 60
ROUTES: dict[str, Route] = _merge_tables("ROUTES")
COMMANDS: dict[str, Command] = _merge_tables("COMMANDS")
TASKS: dict[str, BackgroundTask] = _merge_tables("TASKS")


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


def _needs_no_policy(route: str) -> bool:
    return any(
        route == name or (name.endswith("_") and route.startswith(name))
        for name in ROUTES_WITHOUT_POLICY
    )


def _list_tasks() -> Iterator[str]:
    for app_name in ("interfaces.web", *(declared.name for declared in CAIRN_APPS)):
        if importlib.util.find_spec(f"cairn.{app_name}.tasks"):
            module = importlib.import_module(f"cairn.{app_name}.tasks")
            yield from (
                value.module_path
                for value in vars(module).values()
                if isinstance(value, Task) and value.func.__module__ == module.__name__
            )


def _list_verbs() -> Iterator[str]:
    def walk(command: Any, name: str) -> Iterator[str]:
        if hasattr(command, "commands"):  # Typer's groups are its own, not Click's
            for key, inner in command.commands.items():
                yield from walk(inner, f"{name} {key}".strip())
        else:
            yield name

    yield from walk(typer.main.get_command(app), "")


class Questions:
    """What was asked since the last `clear`: decisions made, permits required, refusals raised."""

    def __init__(self) -> None:
        self.made: list[Decision] = []
        self.required: list[Decision] = []
        self.refused: list[Decision] = []

    def clear(self) -> None:
        for answers in (self.made, self.required, self.refused):
            answers.clear()

    def find_fault(self, asks: tuple[Action, ...]) -> str:
        """What is wrong with the order of the questions; empty if nothing is."""
        permitted = list(dict.fromkeys(decision.action for decision in self.required))
        wrong = [
            f"asked {action} instead of {declared}"
            for action, declared in zip(permitted, asks, strict=False)
            if action is not declared
        ]
        return wrong[0] if wrong else ""

    def find_refusal(self) -> Decision | None:
        """The decision that refused; a family's page shows it without raising `Refused`."""
        denied = [decision for decision in self.made if not decision.allowed]
        return next(reversed(self.refused or denied), None)

    def list_unasked(self, asks: tuple[Action, ...]) -> list[Action]:
        """The declared actions that no decision allowed."""
        allowed = {decision.action for decision in self.made if decision.allowed}
        return [action for action in asks if action not in allowed]


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> Questions:
    """Every question asked since, by whomever."""
    asked = Questions()
    initialize, require, refuse = Decision.__init__, Decision.require, Refused.__init__

    def watched_initialize(self: Decision, *args: Any, **kwargs: Any) -> None:
        initialize(self, *args, **kwargs)
        asked.made.append(self)

    def watched_require(self: Decision) -> Any:
        permit = require(self)
        asked.required.append(self)
        return permit

    def watched_refuse(self: Refused, decision: Decision) -> None:
        refuse(self, decision)
        asked.refused.append(decision)

    monkeypatch.setattr(Decision, "__init__", watched_initialize)
    monkeypatch.setattr(Decision, "require", watched_require)
    monkeypatch.setattr(Refused, "__init__", watched_refuse)
    return asked


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


EVENT_QUESTIONS = _load_event_questions()


def _count_lines() -> int:
    return AuditLine.objects.count()


def _list_events(before: int) -> tuple[str, ...]:
    lines = AuditLine.objects.order_by("sequence")[before:]
    return tuple(line.event for line in lines)


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    routes = {route for route in every_route() if not _needs_no_policy(route)}
    assert routes == set(ROUTES)


def test_the_declared_actions_are_known() -> None:
    assert EVENT_QUESTIONS["release.submitted"] == {"release.may_submit"}
    assert len(EVENT_QUESTIONS) > 50


def test_every_exception_is_in_use() -> None:
    routes = list(every_route())
    unused = [name for name in ROUTES_WITHOUT_POLICY if not any(r.startswith(name) for r in routes)]
    assert unused == []


@pytest.mark.django_db(databases=["default", "identities"])
@pytest.mark.parametrize(
    "roles",
    [
        pytest.param(SEE_MOST, id="roles_that_see_most"),
        pytest.param(OTHERS, id="other_roles", marks=pytest.mark.slow),
    ],
)
def test_each_role_opens_its_routes_and_no_others(
    roles: tuple[Role, ...],
    browser: Callable[..., Client],
    questions: Questions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a route is about is made once; each role tries it, and each try is undone."""
    if roles is OTHERS:
        show_plain_refusals(monkeypatch)
    hub = (Role.DATA_MANAGER, Role.ANALYST)
    signed_in = {
        role: browser(role, at="backbone" if role in hub else "district").cookies for role in roles
    }
    wrong: dict[str, str] = {}
    for name in sorted(ROUTES):
        with undone():
            address = reverse(name, kwargs=ROUTES[name].make())
            for role in roles:
                client, counter = Client(), _QueryCounter()
                client.cookies = deepcopy(signed_in[role])
                with undone(), counter.counting():
                    fault = _find_route_fault(name, address, role, client, questions)
                fault = fault or _find_excess_queries(name, counter.queries)
                if fault:
                    wrong[f"{role} {name}"] = fault
    assert wrong == {}


def _find_excess_queries(name: str, queries: int) -> str:
    """How far a route is over its budget; those of the check itself are in the budget."""
    budget = QUERY_BUDGETS.get(name, _NEW_ROUTE_BUDGET)
    return f"asked the databases {queries} times; its budget is {budget}" * (queries > budget)


def test_every_budget_is_of_a_route() -> None:
    assert set(QUERY_BUDGETS) <= set(ROUTES)


@pytest.mark.django_db(databases=["default", "identities"])
@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ({"asks": (Action.VIEW_PARTNERS,)}, "asked change_people instead of view_partners"),
        ({"asks": (Action.CHANGE_PEOPLE, Action.VERIFY)}, "never asked for verify"),
        ({"records": ()}, "recorded ('person.invited',)"),
        ({"roles": {Role.STEWARD}}, "answered 200"),
    ],
)
def test_a_route_that_does_otherwise_than_declared_is_found(
    declared: dict[str, Any],
    fault: str,
    browser: Callable[..., Client],
    questions: Questions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = browser(Role.DATA_MANAGER)
    monkeypatch.setitem(ROUTES, "partners:invite", ROUTES["partners:invite"]._replace(**declared))
    address = reverse("partners:invite", kwargs=ROUTES["partners:invite"].make())
    found = _find_route_fault("partners:invite", address, Role.DATA_MANAGER, client, questions)
    assert found == fault


class _QueryCounter:
    """Counts the queries to both databases within its block, without savepoints."""

    def __init__(self) -> None:
        self.queries = 0

    def _count(self, execute: Any, sql: str, *given: Any) -> Any:
        self.queries += not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        return execute(sql, *given)

    @contextmanager
    def counting(self) -> Iterator[None]:
        with ExitStack() as wrappers:
            for alias in connections:
                wrappers.enter_context(connections[alias].execute_wrapper(self._count))
            yield


def _find_route_fault(
    name: str, address: str, role: Role, client: Client, questions: Questions
) -> str:
    """What is wrong with how a route treats a role; empty if nothing is."""
    route = ROUTES[name]
    before = _count_lines()
    questions.clear()
    status = getattr(client, route.method)(address, dict(route.sends)).status_code
    if not questions.made:
        return "answered without asking the policy"
    if status >= BROKEN or (status != FORBIDDEN) != (role in route.roles):
        return f"answered {status}"
    fault = questions.find_fault(route.asks)
    if fault:
        return fault
    events = _list_events(before)
    if status == FORBIDDEN:
        return _find_refusal_fault(name, route, events, questions)
    unasked = questions.list_unasked(route.asks)
    if unasked:
        return f"never asked for {', '.join(unasked)}"
    return (
        _find_mistaken_event(before, questions.made)
        if events == route.records
        else f"recorded {events}"
    )


def _find_mistaken_event(before: int, decisions: list[Decision]) -> str:
    """Which audit line names no decision of this request, or the answer to another question."""
    for line in AuditLine.objects.filter(sequence__gt=before).exclude(decision_id=""):
        asked = {d.asked.name for d in decisions if d.asked and d.decision_id == line.decision_id}
        if not asked or (line.event in EVENT_QUESTIONS and not asked & EVENT_QUESTIONS[line.event]):
            return f"recorded {line.event} with the answer to another question"
    return ""


def _find_refusal_fault(
    name: str, route: Route, events: tuple[str, ...], questions: Questions
) -> str:
    refused = questions.find_refusal()
    if refused is None or refused.action not in route.asks:
        return f"refused {refused and refused.action} instead of {route.asks}"
    logged = ("disclosure.refused",) if refused.action in LOGGED_REFUSALS else ()
    if events != ("refused", *logged):
        return f"recorded the refusal as {events}"
    line = AuditLine.objects.filter(event="refused").latest("sequence")
    kept = (line.subject_kind, line.subject_id, line.decision_id, list(line.codes))
    codes = [reason.code for reason in refused.reasons]
    if kept != ("door", name, refused.decision_id, codes):
        return f"recorded another decision than it made: {kept}"
    return ""


def test_every_task_has_an_entry_and_every_entry_a_task() -> None:
    assert set(_list_tasks()) == set(TASKS)


@pytest.mark.django_db(databases=["default", "identities"], transaction=True)
@pytest.mark.parametrize("path", sorted(TASKS))
def test_a_task_asks_its_own_question(path: str, questions: Questions) -> None:
    module, _, name = path.rpartition(".")
    entry = TASKS[path]
    arguments = entry.make()
    function = getattr(importlib.import_module(module), name).func
    before = _count_lines()
    questions.clear()
    if entry.raises:
        with pytest.raises(entry.raises):
            function(**arguments)
    else:
        function(**arguments)
    assert questions.find_fault(entry.asks) == ""
    assert {decision.action for decision in questions.made} >= set(entry.asks)
    assert _list_events(before) == entry.records


def test_every_verb_has_an_entry_and_every_entry_a_verb() -> None:
    assert set(_list_verbs()) == set(COMMANDS) | set(VERBS_WITHOUT_POLICY)


@pytest.mark.django_db(databases=["default", "identities"], transaction=True)
@pytest.mark.parametrize("verb", sorted(COMMANDS))
def test_a_verb_asks_its_own_question_and_ends_as_declared(
    verb: str, person: Callable[..., Any], questions: Questions, tmp_path: Path
) -> None:
    entry = COMMANDS[verb]
    made = entry.make(tmp_path)
    operator = person(Role.DATA_MANAGER, email="operator@example.org")
    # Where the maker says for whom the answer is, the verb acts for nobody of this installation.
    acting = [] if "--as" in made else ["--as", operator.email]
    before = _count_lines()
    questions.clear()
    result = CliRunner().invoke(app, [*verb.split(), *made, *acting])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == entry.exit_code, result.output
    assert questions.find_fault(entry.asks) == ""
    assert {decision.action for decision in questions.made} >= set(entry.asks)
    assert _list_events(before) == entry.records
