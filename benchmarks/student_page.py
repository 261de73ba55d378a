"""Measure the page about one student with many people in the store, from the question to the log.

It takes a copy of a demo's data folder and fills the store with records of other people. The whole
page gathers every fact, decides, reads, and writes the line of the disclosure log; the read alone
finds one student by keyed hash and decrypts.

    cairn demo --no-serve --people 300 --data /tmp/demo
    python benchmarks/student_page.py --data /tmp/demo --people 100000
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

STAFF = "nadia@riverside-readers.example"
ORGANIZATION = "riverside-readers"
ROWS = [{"school_year": "2026-27", "days_enrolled": 60.0, "days_absent": 4.0}]


def main() -> None:
    """Print the times of the whole page, of the list, and of the read alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a demo's data folder")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        folder = Path(name) / "data"
        shutil.copytree(args.data, folder)
        if (key := args.data.with_suffix(".key")).exists():
            shutil.copy(key, folder.with_suffix(".key"))
        os.environ["CAIRN_DATA"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
        result = measure_pages(args.people, args.rounds)
    print(json.dumps(result) if args.json else format_result(result))


def measure_pages(people: int, rounds: int) -> dict[str, Any]:
    """Fill the store, then open pages of the students of one program in turns."""
    import django

    django.setup()
    from django.utils import timezone

    from cairn.governance.consents.api import RosterEntry
    from cairn.governance.partners.api import Organization, load_actor
    from cairn.platform.accounts.api import User
    from cairn.policy.vocabulary import Action, SecondFactor
    from cairn.services.students import actions, queries

    stored_seconds = fill_store(people)
    user = User.objects.get(email=STAFF)
    who = replace(load_actor(user), second_factor=SecondFactor.PRESENT)
    organization, at = Organization.objects.get(slug=ORGANIZATION), timezone.localtime()
    given: dict[str, Any] = {"organization": organization, "who": who, "by": user, "at": at}
    entries = RosterEntry.objects.filter(organization=organization).select_related("child")
    shared = [row for row in entries if actions.open_student_page(entry=row.pk, **given)]

    def read_one(number: int) -> None:
        key = shared[number % len(shared)].child.key
        (answer,) = queries.load_shared_records(
            organization, (key,), Action.VIEW, who, timezone.localdate(at)
        )
        permit = answer.decision.require()
        start = time.perf_counter()
        queries.read_students(permit, answer.openings)
        reads.append(1000 * (time.perf_counter() - start))

    reads: list[float] = []
    for number in range(rounds):
        read_one(number)
    return {
        "people": people,
        "store_seconds": round(stored_seconds, 1),
        "read_p95_ms": find_p95(reads),
        "page_p95_ms": find_p95(
            time_calls(
                lambda n: actions.open_student_page(entry=shared[n % len(shared)].pk, **given),
                rounds,
            )
        ),
        "list_p95_ms": find_p95(time_calls(lambda _n: actions.open_caseload(**given), rounds)),
        "students_listed": len(shared),
        "load": round(os.getloadavg()[0], 1),
    }


def fill_store(people: int) -> float:
    """Write records of other people as the check of a data submission does; return the seconds."""
    from cairn.data.intake.api import CheckedFile
    from cairn.data.records import record_store
    from cairn.data.records.models import StudentRecord
    from cairn.warehouse.store import FileRef, Zone

    other = 1_000_000_000
    file = CheckedFile(
        delivery=other,
        agreement="RC-CON-01",
        organization="alder-creek-sd",
        record="attendance_total",
        is_synthetic=False,
        conformed=FileRef(Zone.CONFORMED, "0" * 64),
    )
    start = time.perf_counter()
    students = {f"X-{number}": ROWS for number in range(people)}
    StudentRecord.objects.bulk_create(
        record_store.build_records(file, students), batch_size=record_store.ROWS_AT_ONCE
    )
    return time.perf_counter() - start


def time_calls(call: Callable[[int], object], rounds: int) -> list[float]:
    """Return the milliseconds of each call."""
    times = []
    for number in range(rounds):
        start = time.perf_counter()
        call(number)
        times.append(1000 * (time.perf_counter() - start))
    return times


def find_p95(times: list[float]) -> float:
    """Find the 95th percentile, in milliseconds."""
    return round(statistics.quantiles(times, n=20)[-1], 1)


def format_result(result: dict[str, Any]) -> str:
    """Format the result for people."""
    return (
        f"{result['people']:,} people in the store (written in {result['store_seconds']} s), "
        f"load {result['load']}\n"
        f"  read one student:  p95 {result['read_p95_ms']:>7} ms\n"
        f"  the whole page:    p95 {result['page_p95_ms']:>7} ms\n"
        f"  list of {result['students_listed']} students: p95 {result['list_p95_ms']:>5} ms"
    )


if __name__ == "__main__":
    main()
