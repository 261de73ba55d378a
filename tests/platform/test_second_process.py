"""Work shared with a second process gives what one process gives."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cairn.platform.second_process import (
    open_second_process,
    run_in_two_processes,
    start_call,
)


def number_with_process(number: int) -> tuple[int, int]:
    time.sleep(0.2)
    return number, os.getpid()


def divide(number: int) -> float:
    return 1 / number


def end_any_other_process(here: int) -> int:
    if os.getpid() != here:
        os._exit(1)
    time.sleep(0.2)
    return here


def test_two_processes_work_and_the_results_are_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The second process looks for the functions of this file where this one looks.
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    jobs = [(number,) for number in range(4)]
    ended: list[int] = []
    with open_second_process(), open_second_process():
        # Two jobs are enough: each process does one of them.
        for some in (jobs[:2], jobs):
            results = run_in_two_processes(number_with_process, some, ended.append)
            assert [(number,) for number, _process in results] == some
            assert len({process for _number, process in results}) == 2
        assert sorted(ended) == [0, 0, 1, 1, 2, 3]
        with pytest.raises(ZeroDivisionError):
            run_in_two_processes(divide, [(0,), (1,), (0,)])
        # The second process ends at once; this one does its work, and all that follows.
        here = os.getpid()
        for _time in range(2):
            assert run_in_two_processes(end_any_other_process, [(here,)] * 3) == [here] * 3


def test_without_a_second_core_one_process_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with open_second_process():
        assert start_call(os.getpid).result() == os.getpid()
        assert run_in_two_processes(divide, [(1,), (2,)]) == [1.0, 0.5]
        assert run_in_two_processes(divide, []) == []


KILLED = """
import os, signal
from cairn.platform.second_process import open_second_process, start_call
with open_second_process():
    print(start_call(os.getpid).result(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_second_process_ends_with_one_that_is_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED], capture_output=True, check=False, timeout=60
    )
    for _time in range(100):
        try:
            os.kill(int(done.stdout), 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("The second process is still there.")
