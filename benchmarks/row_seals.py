"""Measure what sealed rows add to a write in PostgreSQL.

A person changes one organization by an action, which loads the person, asks policy, writes the row
and an audit event, and commits; one organization is saved outside of a transaction; and many are
changed by one statement: in a database with sealed rows, and in a copy of it without triggers,
through Django's own connection. They take turns, so that other work on the machine slows both
alike. The processor's time is that of this program and of the server's process for its connection.

    DATABASE_URL=postgres://… IDENTITY_DATABASE_URL=postgres://… python benchmarks/row_seals.py

The databases must be new, and their owner allowed to create a database. All three are left empty of
children; drop them afterwards.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PLAIN = "plain"


def main() -> None:
    """Print the times of both, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=2_000)
    parser.add_argument("--rows", type=int, default=500, help="rows of the bulk update")
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as folder:
        os.environ["CAIRN_DATA"] = str(Path(folder, "data"))
        from cairn.interfaces.cli.installation import prepare_installation

        prepare_installation()
        create_plain_copy(args.rows)
        result = {
            "action": measure_in_turns(change_organization, args.saves // 4),
            "save": measure_in_turns(save_organization, args.saves),
            "bulk update": measure_in_turns(update_organizations, max(20, args.saves // 50)),
        }
    print(json.dumps(result) if args.json else format_result(result))


def create_plain_copy(rows: int) -> None:
    """Create the rows, and the copy of the database without triggers."""
    from django.db import connections

    from cairn.governance.partners.models import Affiliation, Organization
    from cairn.platform.accounts.models import User

    backbone = Organization.objects.create(slug="backbone", name="Backbone", kind="backbone")
    manager = User.objects.create(email="dana@partnership.example", name="Dana Reyes")
    Affiliation.objects.create(
        user=manager, organization=backbone, role="data_manager", starts="2020-01-01"
    )
    Organization.objects.bulk_create(
        Organization(slug=f"partner-{number}", name=f"Partner {number}", kind="backbone")
        for number in range(rows)
    )
    sealed = connections["default"]
    settings = dict(sealed.settings_dict)
    name = settings["NAME"]
    with connections["identities"].cursor() as cursor:
        sealed.close()
        cursor.execute(f'CREATE DATABASE "{name}_{PLAIN}" TEMPLATE "{name}"')
    settings |= {"NAME": f"{name}_{PLAIN}", "ENGINE": "django.db.backends.postgresql"}
    connections.settings[PLAIN] = settings
    with connections[PLAIN].cursor() as cursor:
        for table in connections[PLAIN].introspection.table_names(cursor):
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')


def change_organization(alias: str, number: int) -> None:
    """Change one row as a person does on a page: an action with its decision and audit event."""
    from django.db import connections
    from django.utils import timezone

    from cairn.governance.partners.actions.person_records import describe_organization
    from cairn.governance.partners.models import Organization
    from cairn.platform.accounts.models import User

    sealed = connections["default"]
    connections["default"] = connections[alias]
    try:
        describe_organization(
            organization=Organization.objects.get(slug="partner-9"),
            state=("VA", "NC")[number % 2],
            education_program=None,
            educational_agency=None,
            covered_entity=None,
            by=User.objects.get(email="dana@partnership.example"),
            at=timezone.now(),
        )
    finally:
        connections["default"] = sealed


def save_organization(alias: str, number: int) -> None:
    """Save one row outside of a transaction."""
    from cairn.governance.partners.models import Organization

    if alias not in ORGANIZATIONS:
        ORGANIZATIONS[alias] = Organization.objects.using(alias).get(slug="partner-7")
    row = ORGANIZATIONS[alias]
    row.name = f"Partner {number}"
    row.save(using=alias)


def update_organizations(alias: str, number: int) -> None:
    """Change many rows by one statement."""
    from cairn.governance.partners.models import Organization

    Organization.objects.using(alias).update(name=f"Partners {number}")


ORGANIZATIONS: dict[str, Any] = {}


def measure_in_turns(write: Callable[[str, int], None], count: int) -> dict[str, float]:
    """Return the median milliseconds of a write by the clock, and of processors, and the ratios."""
    clock: dict[str, list[float]] = {"default": [], PLAIN: []}
    processor: dict[str, list[float]] = {"default": [], PLAIN: []}
    for number in range(count // 20 + 1):
        for alias, seconds in clock.items():
            write(alias, -number - 1)
            before = read_processor_seconds(alias)
            for turn in range(20):
                start = time.perf_counter()
                write(alias, number * 20 + turn)
                seconds.append(time.perf_counter() - start)
            processor[alias].append((read_processor_seconds(alias) - before) / 20)
    sealed, plain = (1_000 * statistics.median(clock[a]) for a in ("default", PLAIN))
    worked, plainly = (1_000 * statistics.mean(processor[a]) for a in ("default", PLAIN))
    return {
        "sealed_ms": round(sealed, 3),
        "plain_ms": round(plain, 3),
        "times": round(sealed / plain, 2),
        "sealed_processor_ms": round(worked, 3),
        "plain_processor_ms": round(plainly, 3),
        "times_processor": round(worked / plainly, 2),
    }


def read_processor_seconds(alias: str) -> float:
    """Return the processor's time of this program and of the server's process for a connection."""
    from django.db import connections

    connections[alias].ensure_connection()
    pid = connections[alias].connection.info.backend_pid
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    server = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + server


def format_result(result: dict[str, dict[str, float]]) -> str:
    """Format the result for people."""
    return "\n".join(
        f"{name}: {r['sealed_ms']} ms sealed, {r['plain_ms']} ms plain, {r['times']} times; "
        f"of processors {r['sealed_processor_ms']} and {r['plain_processor_ms']} ms, "
        f"{r['times_processor']} times"
        for name, r in result.items()
    )


if __name__ == "__main__":
    main()
