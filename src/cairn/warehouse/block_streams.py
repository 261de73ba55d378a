"""Work on the blocks of a large file with more than one processor.

The libraries that encrypt, compress and convert let other Python threads run meanwhile.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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


def compute_at_once(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Do the same work for several items, two at once and at most one ahead of the caller.

    Args:
        work: the work, which may not use a database.
        items: the items; each is made in the caller's thread, shortly before it is worked on.

    Yields:
        The results, in the order of the items.
    """
    pending: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) > _THREADS:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
