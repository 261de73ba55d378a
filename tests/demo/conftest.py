"""One made community for all tests of the generator, and what is true of it."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from cairn.agreements.format import parse
from cairn.demo.community import Community, PlannedDelivery, generate
from cairn.demo.planned import examples_folder
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Permit, Reason, conclude
from cairn.rules.vocabulary import Action, Outcome
from cairn.warehouse.conform import Conformed, conform
from cairn.warehouse.keys import KeyRing
from cairn.warehouse.landing import Landed, land
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.read import read_file
from cairn.warehouse.zones import Storehouse

Slot = tuple[str, str, str]
CARD = RuleCard("T01", "a test", "The test allows it.", "Allowed.", "Nothing.")

PEOPLE = 6_000


@pytest.fixture(scope="session")
def community(tmp_path_factory: pytest.TempPathFactory) -> Community:
    return generate(tmp_path_factory.mktemp("river"), people=PEOPLE)


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
    path = examples_folder() / "agreements" / f"{reference}.toml"
    return parse(path.read_text("utf-8")).elements


def permit(action: Action, reference: str) -> Permit:
    elements = dict.fromkeys(elements_of(reference), Outcome.ALLOW)
    return conclude(
        action, "test", date(2026, 11, 1), [Reason(CARD, Outcome.ALLOW)],
        facts=(), elements=elements, agreements=[reference],
    ).require()  # fmt: skip


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Storehouse:
    folder = tmp_path_factory.mktemp("data")
    return Storehouse(folder, KeyRing.open(folder, {}))


@pytest.fixture(scope="session")
def arrived(community: Community, store: Storehouse) -> dict[Slot, tuple[Landed, Conformed]]:
    """Every delivery, taken in as the intake would."""
    done = {}
    for delivery in community.deliveries:
        assert delivery.mapping is not None
        mapping = Mapping.load(delivery.mapping)
        (path,) = delivery.files
        sheets = read_file(path.name, path.read_bytes(), skip_rows=mapping.skip_rows)
        landed = land(store, sheets, mapping, permit=permit(Action.RECEIVE, delivery.agreement))
        right = permit(Action.CONFORM, delivery.agreement)
        slot = (delivery.organization, delivery.feed, delivery.period)
        done[slot] = (landed, conform(store, landed.ref, mapping, permit=right))
    return done
