"""What `cairn check` looks at, one small question a function: nothing here changes anything."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connections
from django.utils import timezone

from cairn.cli.installation import behind
from cairn.cli.voice import Voice
from cairn.consents.queries import scans
from cairn.intake.storehouse import key_ring, open_storehouse
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.counting import counted
from cairn.rules.vocabulary import Action
from cairn.warehouse.keys import VARIABLE, KeyProblem

_OLDEST = (3, 11)
_ROOM = 1 << 30
_NO_EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that was looked at. `next_step` is empty when nothing must be done."""

    what: str
    said: str
    next_step: str = ""
    only_advice: bool = False


def tell(voice: Voice) -> None:
    """Every answer; code 1 when one of them must be mended."""
    may_open(Action.VIEW_HOME, Actor.public(), on=timezone.localdate()).require()
    answers = [answer for question in QUESTIONS for answer in question()]
    voice.facts["answers"] = [asdict(answer) for answer in answers]
    for answer in answers:
        mark = "✓" if not answer.next_step else "!" if answer.only_advice else "✗"
        voice.plain(f"{mark} {answer.what}: {answer.said}")
        if answer.next_step:
            voice.plain(f"    {answer.next_step}")
        if mark == "✗":
            voice.found()


def python() -> Iterator[Answer]:
    """The Python that runs."""
    said = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info[:2] < _OLDEST
    yield Answer("Python", said, "Install Python 3.11 or newer." if old else "")


def data_folder() -> Iterator[Answer]:
    """The data folder: there, ours, closed to others, with room."""
    folder: Path = settings.CAIRN_DATA
    if not folder.exists():
        yield Answer("Data folder", f"{folder} is not there yet", "Begin with: cairn demo")
        return
    step = "" if os.access(folder, os.W_OK) else f"Give yourself leave to write to {folder}."
    yield Answer("Data folder", str(folder), step)
    if folder.stat().st_mode & 0o007:
        yield Answer("Data folder", "anyone on this machine can look in", f"chmod o-rwx {folder}")
    if (free := shutil.disk_usage(folder).free) < _ROOM:
        yield Answer("Disk", f"{free >> 20} MB are free", "Make room: at least 1 GB.")


def databases() -> Iterator[Answer]:
    """Both databases: reachable, and in the form that this version needs."""
    for alias in connections:
        try:
            connections[alias].ensure_connection()
        except DatabaseError as error:
            kind = type(error).__name__
            step = "Start the database, or correct DATABASE_URL and IDENTITY_DATABASE_URL."
            yield Answer(f"Database {alias}", f"cannot be reached ({kind})", step)
            return
    for alias in connections:
        lacks = alias in behind()
        said = "lacks changes of this version" if lacks else "reachable and up to date"
        step = "Any other command brings it up to date, such as: cairn people list"
        yield Answer(f"Database {alias}", said, step if lacks else "")


def key() -> Iterator[Answer]:
    """The key that opens all rows: the right one, and kept apart from them."""
    if not settings.CAIRN_DATA.exists():
        return
    try:
        ring = key_ring()
    except KeyProblem as problem:
        yield Answer("Key", "cannot be used", str(problem))
        return
    if ring.note:
        yield Answer("Key", f"in a file; {VARIABLE} is not set", ring.note, only_advice=True)
    else:
        yield Answer("Key", f"from {VARIABLE}")


def files() -> Iterator[Answer]:
    """The zones and the scans of signed papers: every byte as written."""
    if not settings.CAIRN_DATA.exists():
        return
    try:
        wrong = len(open_storehouse().verify()) + _wrong_scans()
    except KeyProblem:
        return
    step = "See which: cairn verify" if wrong else ""
    yield Answer(
        "Files", counted(wrong, "finding", "findings") if wrong else "as they were written", step
    )


def _wrong_scans() -> int:
    """How many scans are not as they were written; none where no database knows of them, which is
    told by itself."""
    try:
        return sum(1 for _ in scans.wrong())
    except DatabaseError:
        return 0


def clock() -> Iterator[Answer]:
    """The clock: agreements, consents and deadlines are computed for its date."""
    now = timezone.localtime()
    step = "" if now >= _NO_EARLIER else "Set this machine's clock: access depends on the date."
    yield Answer("Clock", f"{now:%Y-%m-%d %H:%M %Z}", step)


def pages() -> Iterator[Answer]:
    """The stylesheet and script that every page needs."""
    missing = [
        name
        for name in ("web/cairn.css", "django_htmx/htmx-2.min.js")
        if finders.find(name) is None
    ]
    step = "Install Cairn again: the package is not whole." if missing else ""
    yield Answer("Pages", f"{missing[0]} is missing" if missing else "style and script found", step)


QUESTIONS: tuple[Callable[[], Iterator[Answer]], ...] = (
    python,
    data_folder,
    databases,
    key,
    files,
    clock,
    pages,
)
