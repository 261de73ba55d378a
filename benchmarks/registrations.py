"""Measure how many families register online in an hour, all at the same time, without a double.

Threads in several processes walk through all pages of the registration of a copy of a demo, as
phones do: first page, each further page, the last one. Every tenth family sends the last one twice.
A page that says to wait is sent again after a moment, with its answers, as it is by itself.

    cairn demo --no-serve --people 300 --data /tmp/demo
    python benchmarks/registrations.py --data /tmp/demo --families 10000 --processes 2
"""

import argparse
import json
import os
import re
import shutil
import statistics
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

SECONDS_PER_HOUR = 3_600
RESENT = 10
WAITS = 429
TRIES = 200
CHILD = {"family_name": "Moss", "birth_date": "2018-02-03"}
GUARDIAN = {"guardian": "Rae Moss", "phone": "555-0100", "email": ""}
OTHERS = {"health": "", "pick_up": "", "agrees": "no"}


@dataclass
class Tally:
    """What one process saw."""

    seconds: list[float] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    waits: int = 0
    faults: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Print the rate, what waited, what failed, and what was doubled or lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a demo's data folder")
    parser.add_argument("--families", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=1, help="groups that they register for")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4, help="in each process")
    parser.add_argument("--pause", type=float, default=2.0, help="seconds before a page is resent")
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        folder = Path(name) / "data"
        shutil.copytree(args.data, folder)
        if (key := args.data.with_suffix(".key")).exists():
            shutil.copy(key, folder.with_suffix(".key"))
        os.environ["CAIRN_DATA"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
        result = measure_registrations(args)
    print(json.dumps(result) if args.json else format_result(result))


def measure_registrations(args: argparse.Namespace) -> dict[str, Any]:
    """Open groups, let the families register from several processes, and count what is stored."""
    context = get_context("spawn")
    with context.Pool(1) as pool:
        groups = pool.apply(open_groups, (args.groups,))
    shares = [
        (range(number, args.families, args.processes), groups, args.threads, args.pause)
        for number in range(args.processes)
    ]
    began = time.monotonic()
    with context.Pool(args.processes) as pool:
        tallies = pool.starmap(register_families, shares)
    seconds = time.monotonic() - began
    with context.Pool(1) as pool:
        stored = pool.apply(count_stored, (groups,))
    references = [reference for tally in tallies for reference in tally.references]
    faults = sum((tally.faults for tally in tallies), Counter[str]())
    times = [second for tally in tallies for second in tally.seconds]
    return {
        "families": args.families,
        "seconds": round(seconds, 1),
        "an_hour": round(len(references) / seconds * SECONDS_PER_HOUR),
        "last_page_p50_ms": round(1000 * statistics.median(times)),
        "last_page_p95_ms": round(1000 * statistics.quantiles(times, n=20)[-1]),
        "waits": sum(tally.waits for tally in tallies),
        "faults": dict(faults),
        "doubles": stored - len(set(references)),
        "lost": args.families - len(set(references)),
    }


def prepare() -> None:
    """Set Django up in this process, as `cairn demo` serves it."""
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS, settings.CAIRN_LISTENS_ON = ["*"], "127.0.0.1"


def open_groups(number: int) -> list[int]:
    """Open groups of the demo's program for registration; return their numbers."""
    prepare()
    from datetime import timedelta

    from django.core.management import call_command
    from django.utils import timezone

    from cairn.services.programs.models import RegistrationOffer, SessionSeries

    for database in ("default", "identities"):
        call_command("migrate", database=database, verbosity=0)
    first = SessionSeries.objects.order_by("pk")[0]
    groups = []
    for place in range(number):
        row = SessionSeries.objects.get(pk=first.pk)
        row.pk, row.name, row.capacity = None, f"Open group {place}", None
        row.save()
        RegistrationOffer.objects.create(
            series=row,
            closes_on=timezone.localdate() + timedelta(days=30),
            asks_safety=False,
            opened_by=first.created_by,
            opened_at=timezone.now(),
        )
        groups.append(row.pk)
    return groups


def register_families(families: range, groups: list[int], threads: int, pause: float) -> Tally:
    """Register these families from threads of this process."""
    prepare()
    tally, waiting, lock = Tally(), iter(families), threading.Lock()

    def work() -> None:
        while True:
            with lock:
                family = next(waiting, None)
            if family is None:
                return
            try:
                register_family(family, groups[family % len(groups)], tally, pause)
            except Exception as error:  # noqa: BLE001 - each fault is counted by its kind
                tally.faults[f"{type(error).__name__}: {str(error)[:80]}"] += 1

    workers = [threading.Thread(target=work) for _number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return tally


def register_family(family: int, group: int, tally: Tally, pause: float) -> None:
    """Walk through the pages of one family."""
    from django.test import Client

    client, url = Client(raise_request_exception=False), f"/programs/register/{group}/"
    token = re.search(r'name="token" value="([^"]+)"', client.get(url).content.decode())
    if token is None:
        tally.faults["no first page"] += 1
        return
    sent = {"token": token[1], "given_name": f"Child {family}", **CHILD}
    for step, entered in (("child", {}), ("guardian", GUARDIAN)):
        sent |= {"step": step, **entered}
        if client.post(url, sent).status_code != 200:
            tally.faults[f"page {step}"] += 1
    sent |= {"step": "review"}
    for _try in range(TRIES):
        began = time.monotonic()
        answer = client.post(url, sent)
        tally.seconds.append(time.monotonic() - began)
        if answer.status_code != WAITS:
            break
        tally.waits += 1
        time.sleep(pause)
    reference = re.search(r"<strong>([A-Z0-9]{8})</strong>", answer.content.decode())
    if reference is None:
        tally.faults[f"last page {answer.status_code}"] += 1
        return
    tally.references.append(reference[1])
    if family % RESENT == 0 and reference[1] not in client.post(url, sent).content.decode():
        tally.faults["sent twice, answered otherwise"] += 1


def count_stored(groups: list[int]) -> int:
    """Count the registrations of the groups, and check that each has its encrypted row."""
    prepare()
    from cairn.services.programs.models import Registration, RegistrationIdentity

    rows = Registration.objects.filter(series__in=groups)
    keys = set(rows.values_list("key", flat=True))
    sealed = set(RegistrationIdentity.objects.values_list("key", flat=True))
    if not keys <= sealed:
        raise SystemExit("A registration is stored without what the family entered.")
    return len(keys)


def format_result(result: dict[str, Any]) -> str:
    """Format the figures as lines."""
    return "\n".join(f"{name:>18}  {value}" for name, value in result.items())


if __name__ == "__main__":
    main()
