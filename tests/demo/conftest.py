"""One made community for all tests of the generator, and what is true of it."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from cairn.demo.community import generate_community
from cairn.demo.planned_deliveries import Community, PlannedDelivery, find_examples_folder
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.policy.engine.decision import Permit, Reason, conclude_decision
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Outcome
from cairn.warehouse.pipeline.conform import ConformResult, conform_landed_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.pipeline.quality import LandingResult
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_store import FileStore
from cairn.warehouse.store.keys import KeyRing

Slot = tuple[str, str, str]
CARD = RuleCard("T01", "a test", "The test allows it.", "Allowed.", "Nothing.")

PEOPLE = 6_000


@pytest.fixture(scope="session")
def community(tmp_path_factory: pytest.TempPathFactory) -> Community:
    return generate_community(tmp_path_factory.mktemp("river"), people=PEOPLE)


@pytest.fixture(scope="session")
def deliveries(community: Community) -> dict[tuple[str, str, str], PlannedDelivery]:
    return {(d.organization, d.feed, d.period): d for d in community.deliveries}


def rows(path: Path, *, delimiter: str = ",") -> list[dict[str, str]]:
    """A delimited file's rows by header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.fixture(scope="session")
def people(community: Community) -> list[dict[str, str]]:
    return rows(community.truth / "people.csv")


@pytest.fixture(scope="session")
def records(community: Community) -> list[dict[str, str]]:
    return rows(community.truth / "records.csv")


@pytest.fixture(scope="session")
def outcomes(community: Community) -> list[dict[str, str]]:
    return rows(community.truth / "outcomes.csv")


@cache
def elements_of(reference: str) -> frozenset[str]:
    path = find_examples_folder() / "agreements" / f"{reference}.toml"
    return parse_agreement(path.read_text("utf-8")).elements


def permit(action: Action, reference: str) -> Permit:
    elements = dict.fromkeys(elements_of(reference), Outcome.ALLOW)
    return conclude_decision(
        action, "test", date(2026, 11, 1), [Reason(CARD, Outcome.ALLOW)],
        facts=(), elements=elements, agreements=[reference],
    ).require()  # fmt: skip


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileStore:
    folder = tmp_path_factory.mktemp("data")
    return FileStore(folder, KeyRing.open(folder, {}))


@pytest.fixture(scope="session")
def arrived(
    community: Community, store: FileStore
) -> dict[Slot, tuple[LandingResult, ConformResult]]:
    """Every delivery, taken in as the intake would."""
    done = {}
    for delivery in community.deliveries:
        assert delivery.mapping is not None
        mapping = ColumnMapping.load(delivery.mapping)
        (path,) = delivery.files
        sheets = read_file(path.name, path.read_bytes(), skip_rows=mapping.skip_rows)
        landed = land_sheets(
            store, sheets, mapping, permit=permit(Action.RECEIVE, delivery.agreement)
        )
        right = permit(Action.CONFORM, delivery.agreement)
        slot = (delivery.organization, delivery.feed, delivery.period)
        done[slot] = (landed, conform_landed_file(store, landed.ref, mapping, permit=right))
    return done
