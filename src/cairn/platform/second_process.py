"""Share work between this process and a second one, on a machine with two cores. Uses no Django.

For example, protecting the years of a release takes most of its check, and each is protected by
itself.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing import current_process, get_context, parent_process
from typing import Any, Final, TypeVar

__all__ = ["call_in_turn", "open_second_process", "run_in_two_processes", "start_call"]

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
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_watch_parent) as pool:
        token = _current_pool.set(pool)
        try:
            yield
        finally:
            _current_pool.reset(token)


def _watch_parent() -> None:
    """End the second process when this one is killed; it would wait for work that never comes."""

    def end_after_parent() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=end_after_parent, daemon=True).start()


def start_call(function: Callable[[], Result]) -> Future[Result]:
    """Start a call in the second process; without one, the call is made at once.

    Args:
        function: can be pickled, as its result can.
    Returns:
        The call, with its result when it has ended.
    """
    pool = _current_pool.get()
    return _call_here(function, ()) if pool is None else _send_call(pool, function, ())


def call_in_turn(
    function: Callable[..., Result],
    jobs: Sequence[tuple[Any, ...]],
    on_end: Callable[[int], None] = lambda _index: None,
) -> list[Result]:
    """Call a function for each job here, where starting a process takes longer than the work.

    Args:
        function: a function.
        jobs: its arguments, once for each call.
        on_end: receives the index of each job that has ended.
    Returns:
        The results in the order of the jobs.
    """
    results = []
    for index, job in enumerate(jobs):
        results.append(function(*job))
        on_end(index)
    return results


def run_in_two_processes(
    function: Callable[..., Result],
    jobs: Sequence[tuple[Any, ...]],
    on_end: Callable[[int], None] = lambda _index: None,
) -> list[Result]:
    """Call a function for each job, some of them in the second process, if one is open.

    Args:
        function: a function of a module, without side effects.
        jobs: its arguments, once for each call; they and the result can be pickled.
        on_end: receives the index of each job that has ended, in this process.
    Returns:
        The results in the order of the jobs. What the first of them raises is raised.
    """
    pool = _current_pool.get()
    calls: dict[int, Future[Result]] = {}
    waiting, sent = deque(range(len(jobs))), list[int]()
    while waiting or sent:
        for index in [index for index in sent if calls[index].done()]:
            sent.remove(index)
            on_end(index)
        # The last job is for this process, which would wait otherwise.
        while pool and len(waiting) > 1 and len(sent) < _MOST_SENT:
            sent.append(waiting.popleft())
            calls[sent[-1]] = _send_call(pool, function, jobs[sent[-1]])
        if waiting:
            index = waiting.pop()
            calls[index] = _call_here(function, jobs[index])
            on_end(index)
        elif sent:
            wait([calls[sent[0]]])
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
