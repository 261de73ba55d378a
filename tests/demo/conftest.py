"""One made community for all tests of the generator, and what is true of it."""

import csv
from pathlib import Path

import pytest

from cairn.demo.community import Community, PlannedDelivery, generate

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
