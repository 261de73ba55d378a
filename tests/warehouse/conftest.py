"""A storehouse of its own for each test, and permits as the rules would give them."""

import os
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from cairn.policy.engine.decision import (
    ALL_PEOPLE_INCLUDED,
    NO_POPULATION_FILTERS,
    NO_YEAR_LIMITS,
    PeopleAnswer,
    Permit,
    PopulationFilters,
    Reason,
    YearLimits,
    conclude_decision,
)
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Outcome
from cairn.warehouse.schema.elements import load_element_catalogue
from cairn.warehouse.store.file_store import FileStore
from cairn.warehouse.store.keys import KeyRing

_CARD = RuleCard("T01", "a test", "A test may.", "A test may.", "Nothing.")
TODAY = date(2026, 1, 15)


@pytest.fixture
def keys() -> KeyRing:
    """A key ring with a random key."""
    return KeyRing(os.urandom(32))


@pytest.fixture
def store(tmp_path: Path, keys: KeyRing) -> FileStore:
    """An empty storehouse."""
    return FileStore(tmp_path / "data", keys)


@pytest.fixture
def permit() -> Callable[..., Permit]:
    """Makes a permit: `permit(Action.RECEIVE, "student", without=["birth_date"])`."""

    def make(
        action: Action,
        *records: str,
        without: Iterable[str] = (),
        only: Iterable[str] | None = None,
        agreements: Iterable[str] = ("RC-DSA-01",),
        years: YearLimits = NO_YEAR_LIMITS,
        populations: PopulationFilters = NO_POPULATION_FILTERS,
        people: PeopleAnswer = ALL_PEOPLE_INCLUDED,
    ) -> Permit:
        fields = [f for r in records for f in load_element_catalogue()[r].fields.values()]
        named = [f for f in fields if f.name not in set(without)]
        if only is not None:
            named = [f for f in fields if f.name in set(only)]
        return conclude_decision(
            action,
            "tester",
            TODAY,
            [Reason(_CARD, Outcome.ALLOW)],
            facts=[action, *(f.element for f in named)],
            elements={f.element: Outcome.ALLOW for f in named},
            agreements=agreements,
            years=years,
            populations=populations,
            people=people,
        ).require()

    return make


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of published sample data, or a reason why these tests did not run."""
    default = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("CAIRN_REAL_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"the published sample data is not at {folder}: set CAIRN_REAL_DATA")
    return folder
