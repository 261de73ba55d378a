"""Measure the page about one student, and saving a roster's attendance, with many people on record.

It takes a copy of a demo's data folder, fills the person index and the store with other people,
signs a tutor in, and sends the requests of a browser to the whole application. The read alone finds
one student by keyed hash and decrypts.

    cairn demo --no-serve --people 300 --data /tmp/demo
    python benchmarks/student_page.py --data /tmp/demo --people 100000
"""

import argparse
import json
import os
import re
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

STAFF = "nadia@riverside-readers.example"
PASSWORD = "walk along the river"  # noqa: S105 - everyone's in the demo
ORGANIZATION = "riverside-readers"
ROWS = [{"school_year": "2026-27", "days_enrolled": 60.0, "days_absent": 4.0}]
AT_ONCE = 5_000

Percentiles = tuple[float, ...]


def main() -> None:
    """Print the times of the pages, of a saved roster, and of the read alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a demo's data folder")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
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
    """Fill index and store, then open the pages of one program's students in turns."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    # As `cairn demo` serves it: people of the demonstration have no second factor.
    settings.ALLOWED_HOSTS, settings.CAIRN_LISTENS_ON = ["*"], "127.0.0.1"
    fill_index(people)
    fill_store(people)
    client = Client()
    client.post("/account/login/", {"login": STAFF, "password": PASSWORD})
    listing = f"/students/{ORGANIZATION}/"
    pages = sorted(set(re.findall(rf"{listing}\d+/", _read_page(client, listing))))
    return {
        "people": people,
        "students": len(pages),
        "read": time_reads(rounds),
        "page": time_calls(lambda n: _read_page(client, pages[n % len(pages)]), rounds),
        "list": time_calls(lambda _n: _read_page(client, listing), max(rounds // 4, 10)),
        "attendance": time_attendance(client, rounds),
        "load": round(os.getloadavg()[0], 1),
    }


def time_reads(rounds: int) -> Percentiles:
    """Time the read of one student's records with a permit, without what decides about it."""
    from django.utils import timezone

    from cairn.governance.consents.api import RosterEntry
    from cairn.governance.partners.api import Organization, load_actor
    from cairn.platform.accounts.api import User
    from cairn.policy.vocabulary import Action, SecondFactor
    from cairn.services.students import queries

    user, organization = User.objects.get(email=STAFF), Organization.objects.get(slug=ORGANIZATION)
    who = replace(load_actor(user), second_factor=SecondFactor.PRESENT)
    keys = [
        row.child.key
        for row in RosterEntry.objects.filter(organization=organization).select_related("child")
    ]
    answers = [
        answer
        for key in keys
        for answer in queries.load_shared_records(
            organization, (key,), Action.VIEW, who, timezone.localdate()
        )
        if answer.decision.allowed
    ]

    def read_one(number: int) -> None:
        answer = answers[number % len(answers)]
        queries.read_students(answer.decision.require(), answer.openings)

    return time_calls(read_one, rounds)


def time_attendance(client: Any, rounds: int) -> dict[str, Any]:
    """Save the whole roster of the program's largest group again and again, changed each time."""
    from cairn.services.programs.models import AttendanceMark

    mark = AttendanceMark.objects.filter(
        enrollment__series__program__organization__slug=ORGANIZATION
    ).latest("day", "pk")
    address = f"/programs/groups/{mark.enrollment.series_id}/{mark.day}/"
    times, children = [], 0
    for number in range(rounds):
        versions = dict(re.findall(r'name="seen-(\d+)" value="(\d+)"', _read_page(client, address)))
        children = len(versions)
        status = "absent" if number % 2 else "present"
        sent = {f"seen-{key}": seen for key, seen in versions.items()}
        sent |= {f"status-{key}": status for key in versions} | {"reason": "Benchmark"}
        times.append(time_once(lambda sent=sent: _save_page(client, address, sent)))
    return {"children": children, "times": find_percentiles(times)}


def _read_page(client: Any, address: str) -> str:
    response = client.get(address)
    _require_status(response, 200)
    return str(response.content.decode())


def _save_page(client: Any, address: str, sent: dict[str, str]) -> None:
    response = client.post(address, sent)
    _require_status(response, 302)


def _require_status(response: Any, status: int) -> None:
    if response.status_code != status:
        raise SystemExit(f"{response.request['PATH_INFO']}: {response.status_code}")


def fill_index(people: int) -> None:
    """Add people to the person index, each with one record of a school."""
    from django.utils import timezone

    from cairn.data.identity.models import Link, Person, Record, SourceId

    now = timezone.now()
    for first in range(0, people, AT_ONCE):
        names = [secrets.token_hex(16) for _ in range(min(AT_ONCE, people - first))]
        Person.objects.bulk_create(Person(id=name, created=now) for name in names)
        ids = SourceId.objects.bulk_create(
            SourceId(key=secrets.token_hex(32), source="alder-creek-sd", person_id=name)
            for name in names
        )
        records = Record.objects.bulk_create(
            Record(key=secrets.token_hex(32), source="alder-creek-sd", source_id=row, fresh=False)
            for row in ids
        )
        Link.objects.bulk_create(
            Link(record=row, person_id=name, since=now)
            for row, name in zip(records, names, strict=True)
        )


def fill_store(people: int) -> None:
    """Write records of other people as the check of a data submission does."""
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
    students = {f"X-{number}": ROWS for number in range(people)}
    StudentRecord.objects.bulk_create(
        record_store.build_records(file, students), batch_size=record_store.ROWS_AT_ONCE
    )


def time_calls(call: Callable[[int], object], rounds: int) -> Percentiles:
    """Time a call again and again, after one call that fills what is kept in memory."""
    call(0)
    return find_percentiles(
        [time_once(lambda number=number: call(number)) for number in range(rounds)]
    )


def time_once(call: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of a call by the clock, and of the processor."""
    start, used = time.perf_counter(), time.process_time()
    call()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)


def find_percentiles(times: list[tuple[float, float]]) -> Percentiles:
    """Find the median and the 95th percentile by the clock, and the latter of the processor.

    On a machine that others use, the processor's time says what a quiet one would need.
    """
    clock, processor = ([pair[side] for pair in times] for side in (0, 1))
    found = (statistics.median(clock), *(find_p95(side) for side in (clock, processor)))
    return tuple(round(value, 1) for value in found)


def find_p95(times: list[float]) -> float:
    """Find the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def format_result(result: dict[str, Any]) -> str:
    """Format the result for people."""
    attendance = result["attendance"]
    lines = {
        "read one student": result["read"],
        "the whole page": result["page"],
        f"list of {result['students']} students": result["list"],
        f"save attendance of {attendance['children']} children": attendance["times"],
    }
    head = f"{result['people']:,} people in the index and the store, load {result['load']}"
    rows = (
        f"  {name + ':':<34} median {median:>6} ms, p95 {p95:>6} ms (processor {cpu:>6} ms)"
        for name, (median, p95, cpu) in lines.items()
    )
    return "\n".join((head, *rows))


if __name__ == "__main__":
    main()
