"""Every action is keyword-only, says who and when, is one transaction and leaves an audit line.

Two forms exist. A declared action (`@action`, `@long_action`, `@system_action`) gets all of it from
`cairn.platform.actions`. An explicit one writes it out, and is read here statement by statement.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import cairn
from cairn.platform.actions import page_questions
from cairn.platform.actions.api import ActionDeclaration, get_action_declaration
from cairn.platform.audit.event_labels import EVENT_SENTENCES
from cairn.policy.engine.replay import list_questions

PACKAGE: Final = Path(cairn.__file__).parent
NOT_ACTIONS: Final = {
    "policy/vocabulary/actions.py": "the names of what may be asked",
    "interfaces/cli/releases/release_actions.py": "commands, which call the actions",
}
DECORATORS: Final = {"action", "long_action", "system_action"}
# Public functions beside actions that are no action: they change nothing, or only inside the
# transaction of the action that calls them; the first user is created by no user.
HELPERS: Final = {
    "data.intake.actions.corrections": {"describe_correction"},
    "data.intake.actions.file_requests": {
        "build_request_fact",
        "build_request_submission",
        "decide_link",
        "hash_link_key",
    },
    "data.intake.actions.held_deliveries": {
        "compare_held_days",
        "compare_held_file",
        "read_held_students",
    },
    "data.intake.actions.mapping_versions": {"save_mapping_version"},
    "data.intake.actions.proposed_files": {
        "build_submission",
        "claim_proposed_file",  # a lock for minutes; what it guards is recorded
        "find_damaged_uploads",
        "get_waiting_route",
        "open_proposed_file",
    },
    "data.intake.actions.receipt": {
        "ask_to_receive",
        "build_landing_report",
        "create_delivery_row",
        "decide_submission",
        "log_disclosure",
        "preview_receipt",
        "read_sent_sheets",
        "record_refused_file",
        "record_sent_again",
    },
    "data.surveys.actions": {"decide_opening"},
    "governance.agreements.actions.signature_and_record": {"save_agreement_version"},
    "governance.agreements.actions.draft_lifecycle": {
        "lock_draft",
        "lock_draft_facts",
        "lock_draft_party_facts",
        "transition_draft",
    },
    # Each part is received by `receive_submission`, an action of its own.
    "data.intake.actions.part_files": {"receive_whole_file"},
    "governance.consents.actions.consents": {
        "build_opt_out",
        "compute_opt_out_signer_key",
        "create_consent",
        "end_or_dispute_opt_out",
        "reinstate_replaced_consents",
    },
    "governance.consents.actions.children": {
        "find_or_create_child",
        "record_family_statement",
        "update_child_label",
    },
    "governance.disclosure_log.actions": {
        "build_archived_answer",
        "compute_line_digest",
        "record_denied_disclosure",
        "record_disclosure",
    },
    "governance.partners.actions.person_records": {"create_first_user", "has_first_user"},
    "governance.projects.actions.versions": {
        "advance_version",
        "compute_next_question_code",
        "compute_next_reference",
        "copy_version",
        "create_project",
        "lock_version",
        "lock_version_facts",
        "return_version",
    },
    "governance.training.actions": {"create_completion"},
    "platform.schedule.actions": {"create_job_run"},
    "outputs.releases.actions.disclosure_check": {"build_pilot_note", "run_disclosure_check"},
    "outputs.releases.actions.indicator_protection": {"protect_definitions"},
    "outputs.releases.actions.state": {
        "get_local_day",
        "get_next_state",
        "load_release_facts",
        "lock_all_release_facts",
        "lock_all_releases",
        "lock_release",
        "lock_release_facts",
        "reset_to_draft",
        "transition_release",
    },
    "outputs.releases.actions.renewals": {"explain_refusal", "prepare_renewal_end"},
}
RECORDED_EITHER_WAY: Final = {
    "outputs.dashboards.actions:record_comparison_view": "the request is recorded, allowed or not",
}
ADAPTED: Final = {
    "governance.retention.actions:withdraw_demand": "may_demand_destruction",
    "outputs.extracts.actions:_store_prepared": "may_prepare_extract",
    "outputs.releases.actions.drafts:draft_release": "may_draft_release",
}
"""Actions whose facts become keyword arguments of the question, with that question."""

QUESTIONS: Final = tuple(list_questions().values())
Functions = dict[str, ast.FunctionDef]


def _find_modules() -> Iterator[tuple[str, Functions]]:
    files = {
        *PACKAGE.rglob("actions.py"),
        *PACKAGE.rglob("*_actions.py"),
        *PACKAGE.rglob("actions/*.py"),
    }
    for file in sorted(files):
        path = file.relative_to(PACKAGE)
        if str(path) in NOT_ACTIONS or path.is_relative_to("platform/actions"):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        yield (
            ".".join(path.with_suffix("").parts),
            {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)},
        )


def _is_declared(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in DECORATORS
        for decorator in function.decorator_list
    )


MODULES: Final = dict(_find_modules())
FUNCTIONS: Final = {
    f"{module}:{name}": (function, functions)
    for module, functions in MODULES.items()
    for name, function in functions.items()
}
DECLARED: Final = sorted(name for name, (f, _) in FUNCTIONS.items() if _is_declared(f))
EXPLICIT: Final = sorted(
    f"{module}:{name}"
    for module, functions in MODULES.items()
    for name, function in functions.items()
    if not (name.startswith("_") or _is_declared(function) or name in HELPERS.get(module, ()))
)


def _load_declaration(name: str) -> ActionDeclaration:
    module, _, function = name.partition(":")
    loaded = getattr(importlib.import_module(f"cairn.{module}"), function)
    declaration = get_action_declaration(loaded)
    assert declaration is not None
    return declaration


def _is_atomic(function: ast.FunctionDef) -> bool:
    return any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)


def _calls(function: ast.FunctionDef) -> set[str]:
    """What a function calls, as it is written, and the last name alone."""
    written = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    return written | {call.rpartition(".")[2] for call in written}


def _records(function: ast.FunctionDef, functions: Functions) -> bool:
    """Whether an audit line is written: here, or in a function of this module.

    `record_disclosure` writes one beside the line of the disclosure log, in one transaction.
    """
    calls = _calls(function)
    if {"record_audit_event", "record_disclosure"} & calls or _is_declared(function):
        return True
    return any(_records(functions[name], functions) for name in calls & set(functions))


def _is_atomic_where_it_records(function: ast.FunctionDef, functions: Functions) -> bool:
    """Whether the audit line and the change that it describes are one transaction.

    Long work is not atomic as a whole, since it would hold the lock for minutes: it hands its
    result to an atomic function of the module, which changes the rows and writes the line.
    """
    if _is_atomic(function) or _is_declared(function):
        return True
    if "record_audit_event" in _calls(function):
        return False
    recording = [
        functions[name]
        for name in _calls(function) & set(functions)
        if _records(functions[name], functions)
    ]
    return bool(recording) and all(_is_atomic_where_it_records(f, functions) for f in recording)


def _find_recorded_decisions(function: ast.FunctionDef) -> set[str]:
    """Find the local names of the decisions that a function records with its audit lines."""
    parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    return {
        keyword.value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] == "record_audit_event"
        for keyword in node.keywords
        if keyword.arg == "decision" and isinstance(keyword.value, ast.Name)
    } - parameters


def test_there_are_actions_of_both_forms() -> None:
    assert "outputs.releases.actions.review_and_publication:submit_release" in DECLARED
    assert "data.intake.actions.receipt:receive_delivery" in EXPLICIT


def test_every_exception_is_in_use() -> None:
    functions = {module: set(functions) for module, functions in MODULES.items()}
    assert all(names <= functions.get(module, set()) for module, names in HELPERS.items())
    assert all((PACKAGE / path).is_file() for path in NOT_ACTIONS)
    assert set(RECORDED_EITHER_WAY) <= set(EXPLICIT)
    assert set(ADAPTED) <= set(DECLARED)


@pytest.mark.parametrize("name", DECLARED)
def test_a_declared_action_names_its_event_and_its_question(name: str) -> None:
    """What it takes, its transaction and its line are tested in tests/platform/actions."""
    function, functions = FUNCTIONS[name]
    declaration = _load_declaration(name)
    if declaration.finish is not None:
        finish = next(
            keyword.value
            for decorator in function.decorator_list
            if isinstance(decorator, ast.Call)
            for keyword in decorator.keywords
            if keyword.arg == "finish"
        )
        assert ast.unparse(finish) in _calls(function), "the work is never finished"
        assert ast.unparse(finish) in functions, "the work is finished elsewhere"
        return
    assert declaration.event in EVENT_SENTENCES
    assert bool(declaration.asks) != bool(declaration.reason)


@pytest.mark.parametrize("name", DECLARED)
def test_a_declared_action_leaves_transaction_question_and_line_to_its_declaration(
    name: str,
) -> None:
    function, _ = FUNCTIONS[name]
    calls = _calls(function)
    assert not _is_atomic(function)
    assert "record_audit_event" not in calls
    if not _load_declaration(name).finish:  # the steps of long work ask questions of their own
        assert "require" not in calls


@pytest.mark.parametrize("name", DECLARED)
def test_the_question_of_a_declared_action_is_a_question_of_policy(name: str) -> None:
    asks = _load_declaration(name).asks
    if asks is None or asks in QUESTIONS or asks.__module__ == page_questions.__name__:
        assert name not in ADAPTED
        return
    called = {
        ast.unparse(node.func).rpartition(".")[2]
        for node in ast.walk(ast.parse(inspect.getsource(asks)))
        if isinstance(node, ast.Call)
    }
    assert called & {question.__name__ for question in QUESTIONS} == {ADAPTED[name]}


@pytest.mark.parametrize("name", EXPLICIT)
def test_an_action_is_keyword_only_and_says_who_and_when(name: str) -> None:
    arguments = FUNCTIONS[name][0].args
    assert arguments.posonlyargs == arguments.args == []
    assert arguments.vararg is None
    assert {"by", "at"} <= {argument.arg for argument in arguments.kwonlyargs}


@pytest.mark.parametrize("name", EXPLICIT)
def test_an_action_leaves_an_audit_line(name: str) -> None:
    assert _records(*FUNCTIONS[name])


@pytest.mark.parametrize("name", EXPLICIT)
def test_an_action_and_its_line_are_one_transaction(name: str) -> None:
    assert _is_atomic_where_it_records(*FUNCTIONS[name])


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, (function, _) in FUNCTIONS.items()
        if _find_recorded_decisions(function) and name not in RECORDED_EITHER_WAY
    ),
)
def test_the_recorded_decision_is_the_one_that_was_required(name: str) -> None:
    """An audit line never names the answer to another question than the one that was asked."""
    function, functions = FUNCTIONS[name]
    required = {
        ast.unparse(node.func).removesuffix(".require")
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            helper = functions.get(ast.unparse(node.value.func))
            if helper and "require" in _calls(helper):
                names = [name for target in node.targets for name in ast.walk(target)]
                required |= {name.id for name in names if isinstance(name, ast.Name)}
    assert _find_recorded_decisions(function) <= required
