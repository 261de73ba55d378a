"""A large disclosure is stored in sealed blocks, in which a family still finds its child."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from cairn.governance.disclosure_log import actions, guard, queries
from cairn.governance.disclosure_log.disclosed_children.child_blocks import (
    has_hash,
    split_by_beginning,
)
from cairn.governance.disclosure_log.disclosed_children.child_hashes import hash_child_keys
from cairn.governance.disclosure_log.models import ChildBlock, DisclosedChild, DisclosureRecord
from cairn.governance.disclosure_log.replay import find_changed_lines
from cairn.governance.partners.facts import load_actor
from cairn.platform.sealing.api import derive_subkey
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
LARGE = 1_100
KEYS = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(2 * LARGE)]


@pytest.fixture
def disclose(person: Callable[..., Any]) -> Callable[..., DisclosureRecord]:
    """Records a disclosure of some children."""
    steward = person(Role.STEWARD, at="river")
    decision = may_open_page(Action.EXPORT, load_actor(steward), organization="river", on=AT.date())

    def record(keys: list[str]) -> DisclosureRecord:
        return actions.record_disclosure(
            decision, by=steward, at=AT, parties=["river"], interest="x", children=keys
        )

    return record


@pytest.mark.parametrize(
    ("count", "digits"), [(1, 1), (1 << 14, 1), ((1 << 14) + 1, 2), ((1 << 18) + 1, 3)]
)
def test_sorted_hashes_are_split_by_their_first_digits(count: int, digits: int) -> None:
    # Hashes of which few are alike, sorted as numbers.
    step = (1 << 128) // (count + 1)
    hashes = [(number * step).to_bytes(16, "big") for number in range(1, count + 1)]
    blocks = list(split_by_beginning(b"".join(hashes)))
    assert b"".join(block for _, block in blocks) == b"".join(hashes)
    assert {len(beginning) for beginning, _ in blocks} == {digits}
    for beginning, block in blocks:
        assert len(block) <= 16 * 1_025
        assert block[:16].hex().startswith(beginning)
        assert block[-16:].hex().startswith(beginning)


@pytest.mark.django_db
def test_a_family_finds_the_lines_of_its_child_among_many(
    disclose: Callable[..., DisclosureRecord],
) -> None:
    large, few, other = disclose(KEYS[:LARGE]), disclose(KEYS[:2]), disclose(KEYS[LARGE:])
    older = hmac.digest(derive_subkey("disclosures/children"), KEYS[1].encode(), "sha256")
    DisclosedChild.objects.create(record=other, child=older.hex()[:32])
    find = queries.list_disclosures_of_child
    assert find(KEYS[0]) == [few, large]
    assert find(KEYS[1]) == [other, few, large]  # as an older version wrote it
    assert find(KEYS[2]) == [large]
    assert find(KEYS[-1]) == [other]
    assert find("f" * 64) == []
    assert large.people == LARGE
    assert not large.children.exists()
    assert not few.child_blocks.exists()
    child = hash_child_keys(KEYS[2:3])
    block = large.child_blocks.get(beginning=child.hex()[:1])
    assert child not in bytes(block.sealed)


def test_the_end_of_one_hash_and_the_beginning_of_the_next_are_no_child() -> None:
    first, second, third = (bytes([start]) * 16 for start in (1, 2, 3))
    block = first + second + third
    assert [has_hash(block, child) for child in (first, second, third)] == [True] * 3
    between = block[8:24]
    assert not has_hash(block, between)
    assert has_hash(block + between, between)
    assert not has_hash(block, bytes(16))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("harm", "is_opened"),
    [
        (lambda blocks, other: blocks.filter(beginning="0").delete(), False),
        (lambda blocks, other: blocks.filter(beginning="0").update(sealed=b"0" * 60), True),
        (lambda blocks, other: blocks.filter(beginning="0").update(beginning="00"), False),
        (lambda blocks, other: _exchange_blocks(blocks.get(beginning="0"), other), True),
        (lambda blocks, other: _add_row(blocks.get(beginning="0").record), False),
    ],
)
def test_changed_children_are_found(
    disclose: Callable[..., DisclosureRecord], harm: Callable[..., Any], is_opened: bool
) -> None:
    rows = [disclose(KEYS[:LARGE]), disclose(KEYS[LARGE:])]
    assert list(find_changed_lines()) == []
    guard.remove_record_guard(connection)
    harm(rows[0].child_blocks, rows[1].child_blocks.get(beginning="0"))
    guard.install_record_guard(connection)
    assert {(found.record, found.message) for found in find_changed_lines()} >= {
        (rows[0].pk, "The children of this line were changed.")
    }
    child = next(key for key in KEYS[:LARGE] if hash_child_keys([key])[0] in range(1, 16))
    # One line is changed; the family still reads the others, and how many cannot be read.
    other = disclose([child])
    assert queries.list_disclosures_of_child(child)[0] == other
    assert (queries.count_changed_lines(child) > 0) == is_opened


def _add_row(record: DisclosureRecord) -> None:
    DisclosedChild.objects.create(record=record, child="00" * 16)


def _exchange_blocks(block: ChildBlock, other: ChildBlock) -> None:
    for row, sealed in ((block, other.sealed), (other, block.sealed)):
        ChildBlock.objects.filter(pk=row.pk).update(sealed=sealed)
