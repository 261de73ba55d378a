"""Kill commands at random points and fill the disk under them, and look at what is left.

Each trial copies the data folder of a demo, starts one command on the copy and disturbs it:

- `kill`: the whole process group gets SIGKILL after a random part of the command's usual time;
- `disk`: the copy is on a small file system (tmpfs, which needs root) with random room left. With
  PostgreSQL, its databases are on one in every second trial, and the data folder in the others.

Then `cairn verify` must find nothing, and the command, run again with room, must end as it ends
undisturbed: the same number of rows in every table and of files in every zone, so that nothing is
lost, doubled or half published. When the commands other than `receive` begin, a data submission was
received and not matched yet. A command on a full disk must also say so in a sentence, without a
traceback. It prints one line a trial that failed, and one line a command.

    cairn demo --people 100 --no-serve --data demo
    python benchmarks/faults.py --data demo --kills 40 --fills 10 --minutes 30

With PostgreSQL the demo is made with `DATABASE_URL` and `IDENTITY_DATABASE_URL`, and both are set
here too: each trial gets copies of both databases. The server is on this machine, and its log of
changes (WAL) on another disk: PostgreSQL stops where that one is full, whoever writes.

The libraries are loaded once, and each command is a fork of this process: of a second command
nothing is left out but the reading of the libraries' code.
"""

import argparse
import atexit
import contextlib
import importlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pyrage

from cairn.warehouse.store import Zone

LIBRARIES = (
    *(
        "altair",
        "cryptography",
        "django.contrib.auth",
        "django.db.models",
        "django.forms",
        "duckdb",
    ),
    *(
        "fsspec",
        "highspy",
        "lxml.etree",
        "numpy",
        "pyarrow.dataset",
        "pyarrow.parquet",
        "rapidfuzz",
    ),
    *("rich.progress", "scipy.sparse", "sqlalchemy", "typer"),
)
"""What takes a command longest to load, and knows nothing of an installation."""
PATIENCE = 300
ROOMY = 1 << 30
"""Bytes of a disk that is not full."""
DATABASES = {"governance": "DATABASE_URL", "identities": "IDENTITY_DATABASE_URL"}
MANAGER = "dana@partnership.example"
ROWS = 300
VOLATILE = {
    *("audit_auditline", "audit_chainhead", "audit_work", "row_change_log", "schedule_jobrun"),
    *("disclosures_disclosurerecord", "disclosures_snapshot", "disclosures_disclosureparty"),
    *("disclosures_disclosedchild", "django_tasks_database_dbtaskresult", "web_lease"),
    *("django_session", "notifications_mailmessage", "notifications_noticedelivery"),
    *("sqlite_sequence", "releases_releaseextract", "row_change_notes"),
}
"""Tables that say what was done; a command that is run twice writes more in them."""
PREPARE = """
import django; django.setup()
from django.utils import timezone
from cairn.demo.governance import staff
from cairn.outputs.releases import api
from cairn.platform.accounts.api import User
from cairn.governance.partners.api import Organization
from cairn.policy.vocabulary import NationAnswer, OwnerAnswer
for release in api.Release.objects.filter(state="sent_back"):
    api.record_nation_decision(release=release, answer=NationAnswer.APPROVE, condition="",
        nation=Organization.objects.get(slug=staff.NATION_SLUG), at=timezone.now(),
        by=User.objects.get(email=staff.find_demo_steward(staff.NATION_SLUG).email))
    for preview in release.send_backs.filter(round=release.round, answer=""):
        owner = staff.find_demo_steward(preview.organization.slug)
        api.answer_send_back(send_back=preview, answer=OwnerAnswer.CONFIRM, comment="",
            by=User.objects.get(email=owner.email), at=timezone.now())
    release.refresh_from_db()
    api.record_state_report(release=release, on=timezone.localdate() - timezone.timedelta(days=28),
        by=User.objects.get(email="dana@partnership.example"), at=timezone.now())
    print(release.pk)
"""


@dataclass(frozen=True, slots=True)
class Command:
    """One command and its arguments; `{backup}` and `{keys}` are folders of the installation."""

    name: str
    arguments: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What the trials of one command found."""

    command: str
    trials: int = 0
    told: int = 0
    faults: int = 0

    def report(self, what: str, faults: Iterable[str]) -> None:
        """Print the faults of a trial at once, so that a run that is ended early tells them."""
        for fault in faults:
            self.faults += 1
            print(f"  {self.command}, {what}: {fault}", flush=True)


class RunningCommand:
    """A command in a process group of its own, with what it printed so far."""

    def __init__(self, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self.output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the command
        self.pid = os.fork()
        if not self.pid:
            self._be_cairn(arguments, environment)

    def _be_cairn(self, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
        """Be `cairn` with these arguments, and end as it does."""
        code = 1
        try:
            os.setsid()
            atexit._clear()  # noqa: SLF001 - what this process cleans up is its own
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(self.output.fileno(), 1)
            os.dup2(self.output.fileno(), 2)
            os.environ.clear()
            os.environ.update(environment)
            sys.argv = ["cairn", *arguments]
            importlib.import_module("cairn.interfaces.cli.main").app()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001 - printed, as Python does
            traceback.print_exc()
        with contextlib.suppress(Exception):
            atexit._run_exitfuncs()  # noqa: SLF001 - it ends without the stack of its parent
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)

    def wait(self, seconds: float) -> int | None:
        """Wait for its end; None if it still runs."""
        ends = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > ends:
                return None
            time.sleep(0.01)

    def kill(self) -> None:
        """Kill it and what it started."""
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def read(self) -> str:
        """Read what it printed."""
        self.output.seek(0)
        with self.output:
            return self.output.read().decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder, with its key and the folders of its backups.

    `urls` are those of its databases of PostgreSQL; empty with SQLite.
    """

    folder: Path
    key: str
    urls: tuple[str, ...] = ()

    def build_environment(self) -> dict[str, str]:
        """Build the environment in which a command works on it."""
        return {
            **os.environ,
            **dict(zip(DATABASES.values(), self.urls, strict=False)),
            "CAIRN_DATA": str(self.folder / "data"),
            "CAIRN_KEY": self.key,
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def start(self, arguments: tuple[str, ...]) -> RunningCommand:
        """Start a command in a process group of its own."""
        places = {"{backup}": str(self.folder / "backup"), "{keys}": str(self.folder / "keys")}
        words = tuple(places.get(word, word) for word in arguments)
        return RunningCommand(words, self.build_environment())

    def run(self, arguments: tuple[str, ...]) -> tuple[int, str]:
        """Run a command to its end; its exit code, and what it printed."""
        command = self.start(arguments)
        code = command.wait(PATIENCE)
        if code is None:
            command.kill()
        return (1, "It hangs.") if code is None else (code, command.read())

    def describe(self) -> Mapping[str, int]:
        """Count the rows of each table that says what is, and the files of each zone."""
        counts = {
            f"{name}.{table}": count
            for name, url in zip(DATABASES, self.urls or ("", ""), strict=True)
            for table, count in (
                count_rows(url)
                if url
                else count_sqlite_rows(self.folder / "data" / f"{name}.sqlite3")
            )
            if table not in VOLATILE
        }
        for zone in Zone:
            manifests = (self.folder / "data" / "zones" / zone.value).rglob("*.json")
            counts[f"files of {zone.value}"] = sum(1 for _manifest in manifests)
        return counts


def count_sqlite_rows(file: Path) -> Iterator[tuple[str, int]]:
    """Count the rows of each table of a database of SQLite."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            (count,) = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()
            yield table, count


def count_rows(url: str) -> Iterator[tuple[str, int]]:
    """Count the rows of each table of a database of PostgreSQL."""
    with psycopg.connect(url) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            counted = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # type: ignore[arg-type]
            yield table, counted[0] if counted else 0


def copy_database(url: str, number: int, tablespace: str = "pg_default") -> str:
    """Copy a database of PostgreSQL to the one of this number, and return its address."""
    parts = urlsplit(url)
    name = unquote(parts.path.strip("/"))
    copy = f"{name.partition('_fault_')[0]}_fault_{number}"
    server = url.removesuffix(parts.path)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as database:
        database.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')  # type: ignore[arg-type]
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        made = f'CREATE DATABASE "{copy}" TEMPLATE "{name}" TABLESPACE {tablespace}'
        database.execute(f"{made} STRATEGY file_copy")  # type: ignore[arg-type]
    return f"{server}/{copy}"


def copy_installation(
    template: Installation, folder: Path, number: int = 1, tablespace: str = "pg_default"
) -> Installation:
    """Copy an installation into an empty folder, and its databases to those of a number."""
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    urls = tuple(copy_database(url, number, tablespace) for url in template.urls)
    return Installation(folder, template.key, urls)


def measure_databases(urls: tuple[str, ...]) -> int:
    """Measure the bytes of databases of PostgreSQL."""
    total = 0
    for url in urls:
        with psycopg.connect(url) as database:
            measured = database.execute("SELECT pg_database_size(current_database())").fetchone()
            total += measured[0] if measured else 0
    return total


@contextmanager
def make_small_tablespace(url: str) -> Iterator[tuple[str, Path]]:
    """Make a tablespace on a file system of its own, within the block: its name and folder."""
    server, name = url.removesuffix(urlsplit(url).path), "small_disk"
    with tempfile.TemporaryDirectory() as place, mount_small_disk(Path(place)):
        # The server's own user must reach and own the folder.
        Path(place).chmod(0o755)
        with psycopg.connect(f"{server}/postgres", autocommit=True) as database:
            folder = Path(place, "tablespace")
            folder.mkdir()
            shown = database.execute("SHOW data_directory").fetchone()
            owner = Path(shown[0] if shown else "").stat()
            os.chown(folder, owner.st_uid, owner.st_gid)
            database.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}'")  # type: ignore[arg-type]
            try:
                yield name, Path(place)
            finally:
                leave_room(Path(place), ROOMY)
                database.execute(f"DROP TABLESPACE {name}")  # type: ignore[arg-type]


def leave_room(folder: Path, room: int) -> None:
    """Leave some bytes of room on a small file system, fewer or more than it has."""
    state = os.statvfs(folder)
    size = (state.f_blocks - state.f_bfree) * state.f_frsize + room
    remount = ["mount", "-o", f"remount,size={size}", str(folder)]
    subprocess.run(remount, check=True)  # noqa: S603 - fixed words


def move_databases(urls: tuple[str, ...]) -> None:
    """Move databases to the server's own disk."""
    for url in urls:
        parts = urlsplit(url)
        name = unquote(parts.path.strip("/"))
        server = url.removesuffix(parts.path)
        with psycopg.connect(f"{server}/postgres", autocommit=True) as database:
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
            )
            database.execute(f'ALTER DATABASE "{name}" SET TABLESPACE pg_default')  # type: ignore[arg-type]


def check_after(copy: Installation, command: Command, wanted: Mapping[str, int]) -> Iterator[str]:
    """Say what is wrong after a disturbance: at once, and after the command was run again."""
    code, text = copy.run(("verify", "--as", MANAGER))
    if code:
        yield f"verify found: {text.strip()[-300:]}"
    code, text = copy.run(command.arguments)
    if "Traceback" in text:
        yield f"run again, a traceback: {text.strip()[-300:]}"
    counts = copy.describe()
    for name in sorted(set(wanted) | set(counts)):
        if wanted.get(name) != counts.get(name):
            yield f"{name}: {counts.get(name)} instead of {wanted.get(name)}"
    code, text = copy.run(("verify", "--as", MANAGER))
    if code:
        yield f"run again, verify found: {text.strip()[-300:]}"


def kill_at_random(
    template: Installation, command: Command, work: Path, usual: float, chance: random.Random
) -> tuple[Installation, str]:
    """Start a command on a copy and kill its process group at a random moment."""
    copy = copy_installation(template, work)
    moment = chance.uniform(0.2, 1.05) * usual
    running = copy.start(command.arguments)
    if running.wait(moment) is None:
        running.kill()
    return copy, f"killed after {moment:.1f} s of {usual:.1f}"


@contextmanager
def mount_small_disk(folder: Path) -> Iterator[None]:
    """Mount a file system on a folder, within the block; `leave_room` makes it small."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)  # noqa: S603 - fixed words
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607 - fixed words


def measure_size(folder: Path) -> int:
    """Measure the bytes of the files in a folder, in whole blocks."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return sum(-(-file.stat().st_size // 4096) * 4096 for file in files)


def count_trials(number: int, ends: float) -> Iterator[int]:
    """Count trials up to a number, and begin none after a moment of the monotonic clock."""
    for trial in range(number):
        if time.monotonic() > ends:
            return
        yield trial


def try_kills(
    template: Installation,
    command: Command,
    outcome: tuple[float, Mapping[str, int]],
    trials: Iterator[int],
    chance: random.Random,
) -> Tally:
    """Kill a command in each of these trials."""
    usual, wanted = outcome
    tally = Tally(command.name)
    for _ in trials:
        with tempfile.TemporaryDirectory() as place:
            copy, what = kill_at_random(template, command, Path(place), usual, chance)
            tally.trials += 1
            tally.report(what, check_after(copy, command, wanted))
    return tally


def try_full_disks(
    template: Installation,
    command: Command,
    outcome: tuple[int, tuple[int, int], Mapping[str, int]],
    trials: Iterator[int],
    chance: random.Random,
) -> Tally:
    """Run a command in each of these trials on a disk that becomes full."""
    usual_code, (folder_grows, databases_grow), wanted = outcome
    tally = Tally(command.name)
    for trial in trials:
        is_of_databases = bool(template.urls) and trial % 2 == 0
        grows = databases_grow if is_of_databases else folder_grows
        room = chance.randrange(4096, max(8192, grows))
        fill = fill_databases if is_of_databases else fill_folder
        with tempfile.TemporaryDirectory() as roomy:
            code, text, moved = fill(template, command, room, Path(roomy))
            tally.trials += 1
            what = f"{room:,} bytes of room{' for the databases' if is_of_databases else ''}"
            if "Traceback" in text:
                tally.report(what, (f"a traceback: {text.strip()[-400:]}",))
            elif code != usual_code and "space" not in text:
                tally.report(what, (f"does not say why: {text.strip()[-300:]}",))
            tally.told += "space" in text
            tally.report(what, check_after(moved, command, wanted))
    return tally


def fill_folder(
    template: Installation, command: Command, room: int, roomy: Path
) -> tuple[int, str, Installation]:
    """Run a command in a folder on a full disk: exit code, output, and a copy with room."""
    with tempfile.TemporaryDirectory() as place:
        small = Path(place)
        with mount_small_disk(small):
            copy = copy_installation(template, small)
            leave_room(small, room)
            code, text = copy.run(command.arguments)
            shutil.copytree(copy.folder, roomy, dirs_exist_ok=True)
    return code, text, replace(copy, folder=roomy)


def fill_databases(
    template: Installation, command: Command, room: int, roomy: Path
) -> tuple[int, str, Installation]:
    """Run a command with databases on a full disk: exit code, output, and they with room."""
    with make_small_tablespace(template.urls[0]) as (tablespace, disk):
        copy = copy_installation(template, roomy, tablespace=tablespace)
        leave_room(disk, room)
        code, text = copy.run(command.arguments)
        leave_room(disk, ROOMY)
        move_databases(copy.urls)
    return code, text, copy


def write_roster(folder: Path) -> tuple[Path, Path]:
    """Write a roster that Alder Creek has not sent before, and its column mapping."""
    roster, mapping = folder / "roster.csv", folder / "roster.toml"
    lines = ["Student Number,First Name,Last Name,Birthdate"]
    lines += [
        f"F{n:06},Ada{n % 97},Lund{n % 89},{2008 + n % 9}-03-0{1 + n % 9}" for n in range(ROWS)
    ]
    roster.write_text("\n".join(lines), "utf-8")
    mapping.write_text(
        'record = "student"\n[columns]\n"Student Number" = "local_id"\n'
        '"First Name" = "given_name"\n"Last Name" = "family_name"\n"Birthdate" = "birth_date"\n',
        "utf-8",
    )
    return roster, mapping


def list_commands(files: Path, release: str) -> list[Command]:
    """List the commands that are disturbed."""
    roster, mapping = write_roster(files)
    acting = ("--as", MANAGER)
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    places = ("--to", "{backup}", "--keys-to", "{keys}", "--recipient", recipient)
    sender = ("--from", "alder-creek-sd", "--under", "RC-DSA-01", "--period", "2025-26")
    options = ("--feed", "fault-run", "--mapping", str(mapping), "--yes")
    return [
        Command("receive", ("receive", str(roster), *sender, *options, *acting)),
        Command("match", ("link", *acting)),
        Command("publish", ("publish", release, *acting)),
        Command("backup", ("backup", *places, *acting)),
        Command("destroy", ("destroy", "1", "--yes", *acting)),
    ]


def prepare_template(data: Path, folder: Path) -> tuple[Installation, str]:
    """Copy the demo, and bring a release to the step before publication."""
    key = data.with_name(f"{data.name}.key").read_text().strip()
    shutil.copytree(data, folder / "data")
    urls = tuple(filter(None, map(os.environ.get, DATABASES.values())))
    template = Installation(folder, key, tuple(copy_database(url, 0) for url in urls))
    done = subprocess.run(  # noqa: S603 - our own interpreter and fixed words
        [sys.executable, "-P", "-c", PREPARE],
        env=template.build_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return template, done.stdout.split()[0]


def measure_outcome(
    template: Installation, command: Command
) -> tuple[float, int, tuple[int, int], Mapping[str, int]]:
    """Run a command undisturbed.

    Returns:
        Seconds, exit code, bytes by which the folder and the databases grow, and what is then.
    """
    with tempfile.TemporaryDirectory() as place:
        copy = copy_installation(template, Path(place))
        before, begun = measure_size(copy.folder), time.monotonic()
        databases = measure_databases(copy.urls)
        code, text = copy.run(command.arguments)
        seconds = time.monotonic() - begun
        if code:
            print(f"{command.name} ends undisturbed with {code}: {text.strip()[-300:]}", flush=True)
        grows = max(0, measure_size(copy.folder) - before)
        databases_grow = max(0, measure_databases(copy.urls) - databases)
        return seconds, code, (grows, databases_grow), copy.describe()


def main() -> None:
    """Disturb each command, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="data folder of a demo")
    parser.add_argument("--kills", type=int, default=40, help="how often each command is killed")
    parser.add_argument("--fills", type=int, default=10, help="how often its disk becomes full")
    parser.add_argument(
        "--minutes", type=float, default=600, help="begin no trial of a command after so many"
    )
    parser.add_argument("--only", default="", help="names of commands, with commas")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance, failed = random.Random(chosen.seed), 0
    for library in LIBRARIES:
        importlib.import_module(library)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        template, release = prepare_template(chosen.data.absolute(), root / "template")
        (root / "files").mkdir()
        pending = copy_installation(template, root / "pending", 2)
        pending.run(list_commands(root / "files", release)[0].arguments)
        for command in list_commands(root / "files", release):
            if chosen.only and command.name not in chosen.only.split(","):
                continue
            source = template if command.name == "receive" else pending
            seconds, code, grows, wanted = measure_outcome(source, command)
            ends = time.monotonic() + 60 * chosen.minutes
            trials = count_trials(chosen.fills, ends)
            fills = try_full_disks(source, command, (code, grows, wanted), trials, chance)
            trials = count_trials(chosen.kills, ends)
            kills = try_kills(source, command, (seconds, wanted), trials, chance)
            failed += kills.faults + fills.faults
            print(
                f"{command.name}: {seconds:.1f} s undisturbed; killed {kills.trials} times, "
                f"{kills.faults} faults; disk full {fills.trials} times, said "
                f"{fills.told} times, {fills.faults} faults",
                flush=True,
            )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
