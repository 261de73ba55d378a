"""Share work between this process and a second one, on a machine with two cores. Uses no Django.

Protecting the years of a release takes most of its check, and each year is protected by itself.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing import current_process, get_context
from typing import Any, Final, TypeVar

__all__ = ["open_second_process", "run_in_two_processes"]

Result = TypeVar("Result")

_current_pool: Final[ContextVar[ProcessPoolExecutor | None]] = ContextVar(
    "cairn_second_process", default=None
)


@contextmanager
def open_second_process() -> Iterator[None]:
    """Let work within the block run in a second process, which starts when it is first needed.

    A block within another uses the process of the outer one.

    Yields:
        Nothing.
    """
    is_possible = (os.cpu_count() or 1) > 1 and not current_process().daemon
    if _current_pool.get() is not None or not is_possible:
        yield
        return
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        token = _current_pool.set(pool)
        try:
            yield
        finally:
            _current_pool.reset(token)


def run_in_two_processes(
    function: Callable[..., Result], jobs: Sequence[tuple[Any, ...]]
) -> list[Result]:
    """Call a function for each job, some of them in the second process, if one is open.

    Args:
        function: a function of a module, without side effects.
        jobs: its arguments, once for each call; they and the result can be pickled.
    Returns:
        The results in the order of the jobs. What the first of them raises is raised.
    """
    pool = _current_pool.get()
    if pool is None:
        return [function(*job) for job in jobs]
    calls: dict[int, Future[Result]] = {}
    waiting, sent = deque(range(len(jobs))), list[int]()
    while waiting:
        sent = [index for index in sent if not calls[index].done()]
        while waiting and len(sent) < _MOST_SENT:
            sent.append(waiting.popleft())
            calls[sent[-1]] = _send_call(pool, function, jobs[sent[-1]])
        if waiting:
            index = waiting.pop()
            calls[index] = _call_here(function, jobs[index])
    for index in sorted(calls):
        # The second process may have been killed. Its work is lost, and done here.
        if isinstance(calls[index].exception(), BrokenExecutor):
            calls[index] = _call_here(function, jobs[index])
    return [calls[index].result() for index in sorted(calls)]


_MOST_SENT: Final = 2
"""Jobs that the second process has at a time: one that it does, and one that it does next."""


def _send_call(
    pool: ProcessPoolExecutor, function: Callable[..., Result], job: tuple[Any, ...]
) -> Future[Result]:
    try:
        return pool.submit(function, *job)
    except BrokenExecutor:
        return _call_here(function, job)


def _call_here(function: Callable[..., Result], job: tuple[Any, ...]) -> Future[Result]:
    """Call a function now, and hold its result or what it raises."""
    call: Future[Result] = Future()
    try:
        call.set_result(function(*job))
    except Exception as error:  # noqa: BLE001 - raised when its result is asked for
        call.set_exception(error)
    return call
