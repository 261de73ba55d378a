"""Load a site as people do: each asks for a page, reads it a second, and asks for the next.

Half of the people are staff, each with an account of their own, who open the pages of their work;
the others read public pages. Each view of a student writes a line of the disclosure log, and tutors
mark a child as present on one page of ten. The clients are threads of this process, on the same
cores as the site.

With `DATABASE_URL` and `IDENTITY_DATABASE_URL` the site runs on PostgreSQL, where the databases are
used, not copied: make a demo for this alone.

    cairn demo --no-serve --people 300 --data /tmp/demo
    python benchmarks/load.py --data /tmp/demo --users 50 --seconds 30

With `--staff 1 --reading 5` all are staff, who read a page for five seconds on average.
"""

import argparse
import contextlib
import itertools
import json
import multiprocessing
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

PASSWORD = "walk along the river"  # noqa: S105 - of the demo
STAFF = {
    "dana@partnership.example": (
        "/",
        "/agreements/",
        "/releases/",
        "/intake/",
        "/consents/",
        "/deadlines/",
        "/partners/",
    ),
    "nadia@riverside-readers.example": ("/", "/programs/", "/students/"),
    "steward@riverside-readers.example": ("/", "/agreements/", "/releases/", "/programs/"),
    "sol@alder-creek.example": ("/", "/agreements/", "/releases/", "/intake/", "/consents/"),
    "omar@riverside-readers.example": ("/", "/programs/", "/students/"),
    "lina@alder-creek.example": ("/", "/students/"),
    "ines@alder-creek.example": ("/", "/agreements/"),
    "lucia@partnership.example": ("/", "/projects/"),
}
"""Those who work each day, and the pages of their menus. The load adds colleagues to each."""
PUBLIC = (
    "/public/",
    "/public/kindergarten_readiness/",
    "/public/chronic_absence/",
    "/register/",
    "/public/kindergarten_readiness/groups/",
)
TUTOR = "nadia@riverside-readers.example"
SITE_TUTOR = "omar@riverside-readers.example"
MARKS_IN_TEN = 1
_STUDENT = re.compile(r'href="(/students/[^"?]+/\d+/)"')
_ROSTER = re.compile(r'href="(/programs/groups/\d+/[\d-]+/)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(slots=True)
class Person:
    """One browser: its connection, its cookies, and how long it waited."""

    port: int
    pages: tuple[str, ...]
    email: str = ""
    roster: str = ""
    child: int = 0
    cookies: dict[str, str] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    connection: HTTPConnection | None = None

    def ask(self, path: str, form: dict[str, str] | None = None, *, counts: bool = True) -> str:
        """Ask for a page, or send a form; note the time or the fault."""
        begun = time.perf_counter()
        try:
            status, text, place = self._exchange(path, form)
        except (OSError, HTTPException) as error:
            self.faults[type(error).__name__] += 1
            self.connection = None
            return ""
        if counts:
            self.times["staff" if self.email else "public"].append(time.perf_counter() - begun)
        if status >= 400:
            self.faults[f"{status} {path}"] += 1
        return self.ask(place, counts=counts) if place else text

    def _exchange(self, path: str, form: dict[str, str] | None) -> tuple[int, str, str]:
        """Send one request; return the status, the text, and where a link leads on to."""
        self.connection = self.connection or HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Accept-Encoding": "identity", "Referer": f"http://127.0.0.1:{self.port}/"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("GET" if form is None else "POST", path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: one.value for key, one in SimpleCookie(value).items()}
        is_led_on = form is None and 300 <= response.status < 400
        return response.status, text, response.getheader("Location", "") if is_led_on else ""

    def sign_in(self) -> None:
        """Sign in with the form."""
        found = _TOKEN.search(self.ask("/account/login/", counts=False))
        if found is None:
            raise SystemExit("The site has no sign-in form.")
        form = {"login": self.email, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
        self.ask("/account/login/", form, counts=False)

    def work(self, ends: float, seed: int, reading: float) -> None:
        """Open pages until the end, and read each for so many seconds on average."""
        dice = random.Random(seed)
        time.sleep(dice.random() * reading)
        while time.monotonic() < ends:
            if self.roster and dice.randrange(10) < MARKS_IN_TEN:
                self.mark_child(dice)
            else:
                self.ask(dice.choice(self.pages))
            time.sleep(dice.uniform(0.5, 1.5) * reading)

    def mark_child(self, dice: random.Random) -> None:
        """Open the roster and save the mark of one child, another one than colleagues save."""
        text = self.ask(self.roster)
        token = _TOKEN.search(text)
        versions = re.findall(r'name="seen-(\d+)" value="(\d+)"', text)
        if token is None or not versions:
            self.faults["no roster to mark"] += 1
            return
        child, seen = versions[self.child % len(versions)]
        form = {f"seen-{child}": seen, f"status-{child}": dice.choice(("present", "absent"))}
        form |= {"reason": "Benchmark", "csrfmiddlewaretoken": token[1]}
        self.ask(self.roster, form)


@contextlib.contextmanager
def serving(
    data: Path,
    processes: int,
    *,
    worker: str = "--no-worker",
    prepare: Callable[[Path], None] = lambda folder: None,
) -> Iterator[int]:
    """Serve a copy of the data folder, `--worker` with the background worker; yield the port.

    The copy is prepared before it is served.
    """
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        folder = Path(name) / "data"
        shutil.copytree(data, folder)
        if (key := data.with_suffix(".key")).exists():
            shutil.copy(key, folder.with_suffix(".key"))
        prepare(folder)
        port = random.SystemRandom().randint(20_000, 60_000)
        command = ("serve", worker, "--port", str(port), "--processes", str(processes))
        program = "from cairn.interfaces.cli.main import app; app()"
        environment = {**os.environ, "CAIRN_DATA": str(folder)}
        with subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", program, *command],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as server:
            try:
                if server.stdout is not None:
                    server.stdout.readline()
                yield port
            finally:
                server.terminate()


def main() -> None:
    """Print how long people waited, by kind of page, and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a demo's data folder")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--staff", type=float, default=0.5, help="share of staff, from 0 to 1")
    parser.add_argument("--reading", type=float, default=1.0, help="seconds a page, on average")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    staff = round(args.users * args.staff)
    emails = list(itertools.islice(itertools.cycle(STAFF), staff))
    each = Counter(emails)
    with serving(args.data, args.processes, prepare=partial(add_in_process, each)) as port:
        result = load_site(port, args.users, args.seconds, emails, reading=args.reading)
    print(json.dumps(result) if args.json else "\n".join(f"{k}: {v}" for k, v in result.items()))


def add_in_process(each: Counter[str], folder: Path) -> None:
    """Add the colleagues in a process of its own, which leaves no connection behind.

    Raises:
        SystemExit: they could not be added.
    """
    process = multiprocessing.get_context("spawn").Process(
        target=add_colleagues, args=(each, folder)
    )
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("The accounts could not be added.")


def name_colleague(email: str, number: int) -> str:
    """Return the address of a colleague; the first is the demo's own person."""
    return email if number == 0 else email.replace("@", f"-{number}@")


def add_colleagues(each: Counter[str], folder: Path) -> None:
    """Add accounts with the role of each person of the demo, until there are so many of each."""
    os.environ["CAIRN_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.config.settings"
    import django

    django.setup()
    from django.utils import timezone

    from cairn.demo.governance import staff
    from cairn.governance.partners.api import Affiliation
    from cairn.platform.accounts.api import User
    from cairn.policy.vocabulary import Role
    from cairn.services.programs.api import StaffPosition, assign_staff
    from cairn.services.programs.models import StaffAssignment

    now = timezone.now()
    manager = User.objects.get(email=staff.MANAGER.email)
    for email, number in each.items():
        role = Affiliation.objects.select_related("organization").get(user__email=email, ends=None)
        person = staff.DemoMember(
            email, User.objects.get(email=email).name, Role(role.role), role.organization.slug, ""
        )
        others = [
            replace(person, email=name_colleague(email, n), name=f"{person.name} {n}")
            for n in range(1, number)
        ]
        for user in staff.create_demo_accounts(others).values():
            if user.completions.exists():
                continue
            staff.meet_access_requirements(user=user, attesting_user=manager, at=now)
            if email == SITE_TUTOR:
                assignment = StaffAssignment.objects.get(person__email=email)
                assign_staff(
                    organization=assignment.organization,
                    person=user,
                    position=StaffPosition(assignment.position),
                    program=assignment.program,
                    site=assignment.site,
                    starts=assignment.starts,
                    ends=None,
                    by=assignment.assigned_by,
                    at=now,
                )


def load_site(
    port: int, users: int, seconds: int, emails: list[str], *, reading: float
) -> dict[str, object]:
    """Let people work for so many seconds, after all staff have signed in."""
    numbers: Counter[str] = Counter()
    people = []
    for email in emails:
        people.append(sign_in(port, email, numbers[email]))
        numbers[email] += 1
    people += [Person(port, PUBLIC) for _ in range(users - len(people))]
    ends = time.monotonic() + seconds
    threads = [
        threading.Thread(target=person.work, args=(ends, seed, reading))
        for seed, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return summarize(people, seconds)


def sign_in(port: int, email: str, number: int) -> Person:
    """Sign one person in; a tutor also opens the pages of two students, and marks attendance.

    Raises:
        SystemExit: no student or no roster is listed, so that the load would not be the one
            described.
    """
    person = Person(port, STAFF[email], name_colleague(email, number), child=number)
    person.sign_in()
    if email == TUTOR:
        students = sorted(set(_STUDENT.findall(person.ask("/students/", counts=False))))
        if not students:
            raise SystemExit("The list of students is empty.")
        person.pages += tuple(students[number % len(students) :][:2])
        rosters = _ROSTER.findall(person.ask("/programs/", counts=False))
        if not rosters:
            raise SystemExit("No roster is listed.")
        person.roster = rosters[0]
    return person


def summarize(people: list[Person], seconds: int) -> dict[str, object]:
    """Merge what all people noted."""
    times: dict[str, list[float]] = defaultdict(list)
    faults: Counter[str] = Counter()
    for person in people:
        faults += person.faults
        for kind, waited in person.times.items():
            times[kind] += waited
    every = [waited for each in times.values() for waited in each]
    result: dict[str, object] = {"requests a second": round(len(every) / seconds, 1)}
    for kind, waited in (("all", every), *sorted(times.items())):
        cuts = statistics.quantiles(waited, n=20)
        result[f"{kind}: p50, p95 in ms"] = (round(cuts[9] * 1000), round(cuts[18] * 1000))
    return result | {"faults": dict(faults)}


if __name__ == "__main__":
    main()
