"""Work on the blocks of a large file with more than one processor.

The libraries that encrypt, compress and convert let other Python threads run meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS: Final = 2


def iterate_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield items, and make the next one while the caller works on the last.

    Args:
        items: makes them; it runs in another thread, so it may not use a database.

    Yields:
        The same items, in their order.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        following = pool.submit(_make_next, items)
        while made := following.result():
            following = pool.submit(_make_next, items)
            yield made[0]


def _make_next(items: Iterator[Item]) -> tuple[Item] | None:
    """Return the next item in a tuple; None after the last."""
    return next(((item,) for item in items), None)


def compute_at_once(work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """Do the same work for several items, two at once.

    Args:
        work: the work, which may not use a database.
        items: the items.

    Yields:
        The results, in the order of the items.
    """
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        yield from pool.map(work, items)
