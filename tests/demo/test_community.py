"""The same seed makes the same bytes; memory does not grow; every file is planned."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from cairn.demo.community import generate_community
from cairn.demo.planned_deliveries import Community

MEGABYTE = 1_000_000


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    generate_community(first, people=300, seed=7)
    generate_community(second, people=300, seed=7)
    assert digests(first) == digests(second)


def test_again_into_the_same_folder_replaces(tmp_path: Path) -> None:
    generate_community(tmp_path, people=200, seed=7)
    before = digests(tmp_path)
    generate_community(tmp_path, people=200, seed=7)
    assert digests(tmp_path) == before


def test_another_seed_makes_other_people(tmp_path: Path) -> None:
    generate_community(tmp_path / "a", people=100, seed=1)
    generate_community(tmp_path / "b", people=100, seed=2)
    a, b = digests(tmp_path / "a"), digests(tmp_path / "b")
    assert a.keys() == b.keys()
    assert a["truth/people.csv"] != b["truth/people.csv"]


def test_memory_does_not_grow_with_the_people(tmp_path: Path) -> None:
    peaks = []
    for people in (400, 1_600):
        tracemalloc.start()
        generate_community(tmp_path / str(people), people=people)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    small, large = peaks
    assert large < small + 4 * MEGABYTE
    assert large < 40 * MEGABYTE


def test_progress_ends_at_the_number_of_people(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate_community(tmp_path, people=1_100, progress=lambda *step: told.append(step))
    assert [what for what, _, _ in told] == ["children"] * len(told)
    assert told[-1] == ("children", 1_100, 1_100)
    assert [made for _, made, _ in told] == sorted({made for _, made, _ in told})


def test_a_community_needs_somebody(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one child"):
        generate_community(tmp_path, people=0)


def test_even_one_child_makes_a_community(tmp_path: Path) -> None:
    made = generate_community(tmp_path, people=1)
    assert all(path.is_file() for delivery in made.deliveries for path in delivery.files)


def test_every_file_is_delivered_and_nothing_else_lies_there(community: Community) -> None:
    planned = {path for delivery in community.deliveries for path in delivery.files}
    there = {path for path in (community.folder / "deliveries").rglob("*") if path.is_file()}
    assert planned == there
    slots = [(d.organization, d.agreement, d.feed, d.period) for d in community.deliveries]
    assert len(slots) == len(set(slots))


def test_the_partners_of_the_brief_are_there(community: Community) -> None:
    senders = {delivery.organization for delivery in community.deliveries}
    districts = {sender for sender in senders if sender.endswith("-sd")}
    programs = {d.organization for d in community.deliveries if d.feed == "roster"}
    assert len(districts) == 3
    assert len(programs) == 12
    assert {"roster", "attendance"} == {
        d.feed for d in community.deliveries if d.organization in programs
    }
    assert len(senders) == 18
    expectations = [delivery.expect for delivery in community.deliveries]
    assert expectations.count("flawed") == 1
    assert expectations.count("refused_columns") == 2


def test_truth_is_never_delivered(community: Community) -> None:
    for delivery in community.deliveries:
        for path in delivery.files:
            assert community.truth not in path.parents
