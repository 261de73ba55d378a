"""Names in stored data stay readable: each is compared with a committed list.

The list, `fixtures/stored-names.json`, holds the names that the version before the standard names
wrote. A test here fails in two cases. Something was renamed: write a line in
`policy/engine/stored_names.toml`, or keep the name. Something is new: add it to the list, so that
its renaming is noticed too. A name that is on the list never leaves it.
"""

import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string
from django_tasks.base import Task

import cairn
from cairn import policy
from cairn.matching.scoring import match_model
from cairn.platform.audit.event_labels import EVENT_SENTENCES
from cairn.policy.engine import (
    StoredNameKind,
    digest_facts,
    digest_people,
    find_current_name,
    find_stored_name,
    replay,
)
from cairn.policy.engine.stored_names import load_alias_table
from cairn.policy.facts import Enrollment, PersonFact
from cairn.policy.law.cards import CARDS
from cairn.warehouse.exporters import extract_files, release_files
from cairn.warehouse.pipeline import conform, landing, mart
from cairn.warehouse.pipeline.row_filters import KnownStudent
from cairn.warehouse.store.manifests import Manifest

STORED: dict[str, Any] = json.loads(
    Path(__file__).with_name("fixtures").joinpath("stored-names.json").read_text()
)


def _load_modules(path: Any, prefix: str) -> Iterator[Any]:
    for module in pkgutil.walk_packages(path, prefix):
        if not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def _sort_each(names: dict[str, list[str]]) -> dict[str, list[str]]:
    return {key: sorted(values) for key, values in names.items()}


@pytest.fixture(scope="module")
def questions() -> dict[str, list[str]]:
    """The arguments of each policy question, both by their recorded names."""
    list(_load_modules(policy.__path__, "cairn.policy."))
    return {name: list(replay._list_parameter_types(name)) for name in replay.list_questions()}


@pytest.fixture(scope="module")
def fact_classes() -> dict[str, type]:
    """The classes that digests and snapshots of facts contain, by their stored names."""
    classes = {
        member
        for module in _load_modules(policy.facts.__path__, "cairn.policy.facts.")
        for member in vars(module).values()
        if inspect.isclass(member) and dataclasses.is_dataclass(member)
    }
    return {
        find_stored_name(StoredNameKind.FACT_CLASS, kind.__name__): kind
        for kind in (*classes, KnownStudent)
    }


@pytest.fixture(scope="module")
def tasks() -> dict[str, Task[..., Any]]:
    """The tasks by the Python path that their rows hold today."""
    return {
        member.module_path: member
        for module in pkgutil.walk_packages(cairn.__path__, "cairn.")
        if module.name.endswith(".tasks") and not module.ispkg
        for member in vars(importlib.import_module(module.name)).values()
        if isinstance(member, Task)
    }


def test_recorded_questions_and_their_arguments(questions: dict[str, list[str]]) -> None:
    assert _sort_each(questions) == _sort_each(STORED["questions"])


def test_fact_classes_and_their_fields(fact_classes: dict[str, type]) -> None:
    """In order, since a digest contains the fields in order.

    A new field of a class on the list is marked with `ADDED_LATER` and goes to `later_fields`:
    otherwise the digests on record would no longer be those of the facts.
    """
    fields, later_fields = (
        {
            name: [
                field.name
                for field in dataclasses.fields(kind)
                if bool(field.metadata.get("added_later")) is was_added_later
            ]
            for name, kind in fact_classes.items()
        }
        for was_added_later in (False, True)
    )
    assert fields == STORED["fact_classes"]
    assert {name: names for name, names in later_fields.items() if names} == STORED["later_fields"]


def test_each_fact_class_has_its_own_stored_name(fact_classes: dict[str, type]) -> None:
    """Else facts of two classes could have one digest."""
    current_names = {kind.__name__ for kind in fact_classes.values()}
    assert len(current_names) == len(fact_classes)
    assert current_names.isdisjoint(load_alias_table()["fact_classes"])


def test_digests_are_those_of_the_version_before() -> None:
    enrollments = (
        Enrollment(school="12", grade="3", starts=date(2025, 9, 1)),
        Enrollment(program="math-lift"),
    )
    born = date(2017, 5, 2)
    student = PersonFact(
        "a", birth_date=born, enrollments=enrollments, organizations=frozenset({"river"})
    )
    assert digest_people(["a", "b"], {"a": student}) == (
        "d76110b4226b47600eb48cf944a2c53db0d427a49009eb2161071259f4021ea9"
    )
    assert digest_facts(KnownStudent(born, enrollments)) == (
        "adfedd3b9281562f0d7a6225c5a37f958d6358eaa40eb45922664573106b7dbd"
    )


def test_comparison_classes() -> None:
    names = set(re.findall(r"\w+(?=\()", match_model._describe_comparisons()))
    assert sorted(names) == STORED["comparison_classes"]


def test_queued_tasks_and_their_arguments(tasks: dict[str, Task[..., Any]]) -> None:
    for path, arguments in STORED["tasks"].items():
        task = tasks[find_current_name(StoredNameKind.TASK, path)]
        assert list(inspect.signature(task.func).parameters) == arguments, path
    listed = {find_current_name(StoredNameKind.TASK, path) for path in STORED["tasks"]}
    assert set(tasks) == listed


def test_exceptions_of_failed_tasks() -> None:
    for path in STORED["task_exceptions"]:
        current_path = find_current_name(StoredNameKind.TASK_EXCEPTION, path)
        assert issubclass(import_string(current_path), Exception)


def test_every_alias_leads_to_something_of_today(
    questions: dict[str, list[str]],
    fact_classes: dict[str, type],
    tasks: dict[str, Task[..., Any]],
) -> None:
    table = load_alias_table()
    assert set(table) == {*(kind.value for kind in StoredNameKind), "question_arguments"}
    functions = {inspect.unwrap(answer).__name__ for answer in replay.list_questions().values()}
    assert set(table["questions"].values()) <= functions
    assert set(table["questions"]) <= set(questions)
    assert set(table["question_arguments"]) <= set(questions)
    assert set(table["fact_classes"].values()) <= {kind.__name__ for kind in fact_classes.values()}
    assert set(table["comparison_classes"].values()) <= set(
        re.findall(r"\w+(?=\()", repr(match_model.COMPARISONS))
    )
    assert set(table["tasks"].values()) <= set(tasks)
    assert set(table["task_exceptions"]) == set(STORED["task_exceptions"])


def test_tables_and_the_models_that_subjects_name() -> None:
    tables = {
        model._meta.label_lower: model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("cairn.")
    }
    assert tables == STORED["tables"]


def test_migrations() -> None:
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("cairn.")}
    migrations = {
        f"{label}.{name}"
        for label, name in MigrationLoader(None).disk_migrations
        if label in labels
    }
    assert sorted(migrations) == STORED["migrations"]


def test_audit_events() -> None:
    assert sorted(EVENT_SENTENCES) == STORED["audit_events"]


def test_rule_cards() -> None:
    """Audit lines and archived answers hold the ids of the reasons."""
    assert sorted(card.id for card in CARDS) == STORED["rule_cards"], "an id is new or used twice"


def test_manifests() -> None:
    assert [field.name for field in dataclasses.fields(Manifest)] == STORED["manifest_fields"]
    steps = {
        landing.LANDING_STEP,
        conform.CONFORM_STEP,
        mart._SPLIT_STEP,
        mart._BUILD_STEP,
        extract_files._EXTRACT_STEP,
        extract_files._TEXTS_STEP,
        *release_files._RELEASE_STEPS.values(),
    }
    assert steps == set(STORED["manifest_steps"]) - {"count", "quarantine"}
