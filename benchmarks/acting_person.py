"""Measure how long the facts of the person who acts take to load: each page and action needs them.

The peer is Django's own query set, which compiles its SQL each time: in turns with the SQL that is
compiled once (`PreparedRows`), in the same process, for each person of a demo.

    cairn demo --no-serve --people 300 --data /tmp/demo
    python benchmarks/acting_person.py --data /tmp/demo
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch


def main() -> None:
    """Print the time for one person, both ways, and how often the peer takes as long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a demo's data folder")
    parser.add_argument("--rounds", type=int, default=20)
    args = parser.parse_args()
    os.environ["CAIRN_DATA"] = str(args.data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
    compiled_once, compiled_each_time = measure_loading(args.rounds)
    ratio = compiled_each_time / compiled_once
    print(
        f"one person: {compiled_once * 1e3:.2f} ms of one core; with the query sets themselves "
        f"{compiled_each_time * 1e3:.2f} ms, {ratio:.1f} times as long"
    )


def measure_loading(rounds: int) -> tuple[float, float]:
    """Load every person in turns: median seconds of one core a person, compiled once and each time.

    Raises:
        RuntimeError: the two ways load different facts.
    """
    import django

    django.setup()
    from cairn.governance.partners.api import load_actor
    from cairn.platform.accounts.api import User
    from cairn.platform.tables.api import PreparedRows

    def read_each_time(self: PreparedRows, ids: Iterable[int]) -> list[tuple[Any, ...]]:
        wanted = list(dict.fromkeys(ids))
        return list(self._select(wanted)) if wanted else []

    people = list(User.objects.filter(is_active=True))

    def load_all() -> list[object]:
        return [load_actor(person) for person in people]

    def measure(load: Callable[[], list[object]]) -> float:
        begun = time.process_time()
        load()
        return (time.process_time() - begun) / len(people)

    once, each_time, facts = [], [], load_all()
    for _round in range(rounds):
        once.append(measure(load_all))
        with patch.object(PreparedRows, "read", read_each_time):
            each_time.append(measure(load_all))
            if load_all() != facts:
                raise RuntimeError("The two ways load different facts.")
    return statistics.median(once), statistics.median(each_time)


if __name__ == "__main__":
    main()
