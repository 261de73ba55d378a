"""Receive files of watched folders in processes that are killed, and count what is left.

Run by `test_killed_receiving.py` as a program of its own, with a data folder of its own:

    python -m tests.data.intake.killed_receiving SEED ROUNDS

Each round begins with the same files. Processes receive and check them; each is killed with SIGKILL
at a step that the seed chooses, a statement of the database or a call of the system, and the last
one is not. Then the program prints, as JSON, what every round left.
"""

import gc
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from tests.access_clearance import clear  # noqa: E402
from tests.data.intake.conftest import AGREEMENT, STUDENTS  # noqa: E402

from cairn.data.intake import tasks, upload_recognition  # noqa: E402
from cairn.data.intake.actions import receipt, watched_folders  # noqa: E402
from cairn.data.intake.facts import Submission  # noqa: E402
from cairn.data.intake.models import Delivery, FolderFile, ProposedFile  # noqa: E402
from cairn.data.intake.watched_folders import folder_pass  # noqa: E402
from cairn.governance.agreements.actions.signature_and_record import load_agreement  # noqa: E402
from cairn.governance.partners.models import Affiliation, Organization  # noqa: E402
from cairn.interfaces.web.worker import run_worker  # noqa: E402
from cairn.platform.accounts.models import User  # noqa: E402
from cairn.platform.audit.models import AuditLine  # noqa: E402
from cairn.policy.vocabulary.access import Role  # noqa: E402
from cairn.policy.vocabulary.deliveries import Channel  # noqa: E402
from cairn.policy.vocabulary.organizations import OrganizationKind  # noqa: E402
from cairn.warehouse.readers import read_file  # noqa: E402

PERIODS: Final = ("2024-25", "2025-26", "2026-27")
_HEADER: Final = "ID,First,Last,Born,Sex,Lunch,Counselor\n"
_WORDS: Final = ("Ames", "Boyd", "Cole", "Dunn", "Egan", "Ford", "Gray", "Hale")
_HOUR: Final = 3600


def make_files(period: str) -> dict[str, bytes]:
    """Invent the files of one folder: a roster, the same under another name, and a picture."""
    begin = int(period[:4])
    rows = [
        f"{begin}{n},Kid,{word},{'soon' if n == 1 else f'2015-03-{n + 1:02}'},F,,\n"
        for n, word in enumerate(_WORDS[: begin - 2020])
    ]
    # Two different children with one ID: neither row can be used.
    rows += [f"{begin}9,Kid,Ives,2015-01-01,M,,\n", f"{begin}9,Kid,Jett,2016-01-01,F,,\n"]
    roster = (_HEADER + "".join(rows)).encode()
    return {"roster.csv": roster, "again.csv": roster, "scan.pdf": b"%PDF-1.7 " + period.encode()}


def prepare(folders: Path) -> None:
    """Make a district with its agreement, a confirmed layout, and a watched folder a period."""
    at = timezone.now()
    by = User.objects.create_user("dana@example.org", "Dana", "a long enough password")
    backbone = Organization.objects.create(
        slug="backbone", name="Backbone", kind=OrganizationKind.BACKBONE.value
    )
    Affiliation.objects.create(
        user=by, organization=backbone, role=Role.DATA_MANAGER.value, starts="2020-01-01"
    )
    User.objects.filter(pk=by.pk).update(is_invented=True)
    by.refresh_from_db()
    clear(by)
    agreement = load_agreement(text=AGREEMENT, newcomers=["river"], by=by, at=at)
    about = {
        "organization": Organization.objects.get(slug="river"),
        "agreement": agreement,
        "channel": Channel.COMMAND,
        "by": by,
        "at": at,
    }
    content = make_files("2023-24")["roster.csv"]
    earlier = Submission(**about, name="roster.csv", feed="roster", period="2023-24")
    receipt.receive_submission(submission=earlier, content=content, mapping=STUDENTS, by=by, at=at)
    for period in PERIODS:
        (folders / period).mkdir(parents=True)
        described = Submission(**about, feed="roster", period=period)
        watched_folders.watch_folder(submission=described, path=folders / period, by=by, at=at)


def put_files(folders: Path) -> None:
    """Put the files where a partner puts them, an hour ago."""
    for period in PERIODS:
        for name, content in make_files(period).items():
            file = folders / period / name
            file.write_bytes(content)
            os.utime(file, (time.time() - _HOUR,) * 2)


def receive_and_check() -> None:
    """Do what the worker does: look into the folders once, and do what that queued."""
    tasks.receive_watched_files(timezone.now())
    run_worker(until_empty=True)


def run_apart(work: Callable[[], None], last_step: int | None = None) -> tuple[int, int]:
    """Run work in a process of its own, which is killed before one of its steps.

    Returns:
        The signal that ended it, 0 if none did, and how many steps it came to.
    """
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        steps = 0

        def count(*_arguments: object) -> None:
            nonlocal steps
            steps += 1
            if last_step is not None and steps >= last_step:
                os.kill(os.getpid(), signal.SIGKILL)

        def run_statement(execute: Callable[..., Any], *arguments: Any) -> Any:
            count()
            return execute(*arguments)

        code = 1
        try:
            gc.disable()
            sys.addaudithook(lambda event, _: count() if event in _EVENTS else None)
            with ExitStack() as wrapped:
                for connection in connections.all():
                    wrapped.enter_context(connection.execute_wrapper(run_statement))
                work()
            code = 0
        finally:
            os.write(writing, str(steps).encode())
            os._exit(code)
    os.close(writing)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        steps = int(pipe.read() or b"0")
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status), steps
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("A process failed by itself.")
    return 0, steps


_EVENTS: Final = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.chmod"})


def describe_state(folders: Path) -> dict[str, Any]:
    """Describe what is on record, and what is in the folders."""
    own = Delivery.objects.filter(period__in=PERIODS)
    return {
        "deliveries": sorted(
            [row.period, row.state, row.rows_in, row.rows_kept, row.quarantined_rows]
            for row in own.exclude(state="refused")
        ),
        "landed": len(set(own.exclude(landed="").values_list("landed", flat=True))),
        # Problems of rows that were written before a kill are written again; both files are made
        # from the landed one, and are destroyed with it.
        "stored": {
            zone: sum(1 for path in Path(settings.CAIRN_DATA, "zones", zone).rglob("*.*"))
            for zone in ("landed", "conformed")
        },
        "received_events": AuditLine.objects.filter(event="delivery.received").count(),
        "folder_files": FolderFile.objects.count(),
        "waiting": ProposedFile.objects.count(),
        "files": sorted(
            str(path.relative_to(folders)) for path in folders.rglob("*") if path.is_file()
        ),
    }


def main(seed: int, rounds: int) -> None:
    """Print how many processes were killed, and the state after each round."""
    data, chance = Path(settings.CAIRN_DATA), random.Random(seed)
    folders = data.with_name("folders")
    for module in (upload_recognition, folder_pass):
        module.read_file_in_child_process = read_file  # type: ignore[attr-defined]
    tasks.SETTLE_SECONDS = 0.0  # type: ignore[misc]
    run_apart(lambda: prepare(folders))
    connections.close_all()
    shutil.copytree(data, data.with_name("prepared"))
    shutil.copytree(folders, data.with_name("prepared-folders"))
    put_files(folders)
    _signal, all_steps = run_apart(receive_and_check)
    states, kills = [describe_state(folders)], []
    for _round in range(rounds):
        connections.close_all()
        for path, prepared in ((data, "prepared"), (folders, "prepared-folders")):
            shutil.rmtree(path)
            shutil.copytree(data.with_name(prepared), path)
        put_files(folders)
        last_steps = [chance.randint(1, all_steps) for _kill in range(chance.randint(1, 3))]
        kills += [run_apart(receive_and_check, last_step)[0] for last_step in last_steps]
        run_apart(receive_and_check)
        states.append(describe_state(folders))
    result = {"steps": all_steps, "kills": kills, "states": states}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
