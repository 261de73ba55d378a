"""Blocks that are made ahead come in their order, and a fault reaches the caller."""

import threading
from collections.abc import Iterator

import pytest

from cairn.warehouse.block_streams import compute_at_once, iterate_ahead


def test_items_come_in_their_order_and_the_next_is_made_meanwhile() -> None:
    second_made = threading.Event()

    def make_items() -> Iterator[int | None]:
        yield 1
        second_made.set()
        yield None
        yield 0

    items = iterate_ahead(make_items())
    assert next(items) == 1
    assert second_made.wait(10)  # before it was asked for
    assert list(items) == [None, 0]
    assert list(iterate_ahead(iter(()))) == []


def test_a_fault_while_an_item_is_made_reaches_the_caller() -> None:
    def make_items() -> Iterator[int]:
        yield 1
        raise ValueError("the second")

    items = iterate_ahead(make_items())
    assert next(items) == 1
    with pytest.raises(ValueError, match="the second"):
        next(items)


def test_results_come_in_the_order_of_the_items() -> None:
    both_run = threading.Barrier(2, timeout=10)

    def work(number: int) -> int:
        both_run.wait()
        return number * 2

    assert list(compute_at_once(work, [3, 1, 2, 0])) == [6, 2, 4, 0]

    def fail(number: int) -> int:
        raise ValueError(number)

    with pytest.raises(ValueError, match="3"):
        list(compute_at_once(fail, [3]))


def test_items_are_made_shortly_before_they_are_worked_on() -> None:
    made: list[int] = []

    def make_items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    results = compute_at_once(str, make_items())
    assert next(results) == "0"
    assert made == [0, 1, 2]
    results.close()
    assert made == [0, 1, 2]
    assert list(compute_at_once(str, iter(()))) == []


def test_a_fault_of_one_item_comes_after_the_results_before_it() -> None:
    def work(number: int) -> int:
        if number == 2:
            raise ValueError(number)
        return number

    results = compute_at_once(work, range(5))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="2"):
        next(results)
