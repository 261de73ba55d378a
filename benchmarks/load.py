"""Load a site as people do: each asks for a page, reads it a second, and asks for the next.

Half of the people are staff who have signed in and open the pages of their work; the others read
public pages. Each view of a student writes a line of the disclosure log. The clients are threads of
this process, on the same cores as the site.

    cairn demo --no-serve --people 300 --data /tmp/demo
    python benchmarks/load.py --data /tmp/demo --users 50 --seconds 30

With `--staff 1 --reading 5` all are staff, who read a page for five seconds on average.
"""

import argparse
import contextlib
import itertools
import json
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
from collections.abc import Iterator
from dataclasses import dataclass, field
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
"""Those who work each day, and the pages of their menus. Several people share an account."""
PUBLIC = (
    "/public/",
    "/public/kindergarten_readiness/",
    "/public/chronic_absence/",
    "/register/",
    "/public/kindergarten_readiness/groups/",
)
STUDENT_READER = "nadia@riverside-readers.example"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(slots=True)
class Person:
    """One browser: its connection, its cookies, and how long it waited."""

    port: int
    pages: tuple[str, ...]
    email: str = ""
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
            self.ask(dice.choice(self.pages))
            time.sleep(dice.uniform(0.5, 1.5) * reading)


@contextlib.contextmanager
def serving(data: Path, processes: int, *, worker: str = "--no-worker") -> Iterator[int]:
    """Serve a copy of the data folder, `--worker` with the background worker; yield the port."""
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        folder = Path(name) / "data"
        shutil.copytree(data, folder)
        if (key := data.with_suffix(".key")).exists():
            shutil.copy(key, folder.with_suffix(".key"))
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
    with serving(args.data, args.processes) as port:
        result = load_site(port, args.users, args.seconds, staff=args.staff, reading=args.reading)
    print(json.dumps(result) if args.json else "\n".join(f"{k}: {v}" for k, v in result.items()))


def load_site(
    port: int, users: int, seconds: int, *, staff: float, reading: float
) -> dict[str, object]:
    """Let people work for so many seconds, after all staff have signed in."""
    signed_in = itertools.cycle([sign_in(port, email, STAFF[email]) for email in STAFF])
    people = []
    for number in range(users):
        is_staff = int((number + 1) * staff) > int(number * staff)
        first = next(signed_in) if is_staff else Person(port, PUBLIC)
        people.append(Person(port, first.pages, first.email, dict(first.cookies)))
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


def sign_in(port: int, email: str, pages: tuple[str, ...]) -> Person:
    """Sign one person in; who reads about students also opens the pages of two.

    Raises:
        SystemExit: no student is listed, so that the load would not be the one that is told.
    """
    person = Person(port, pages, email)
    person.sign_in()
    if email == STUDENT_READER:
        text = person.ask("/students/", counts=False)
        links = sorted(set(re.findall(r'href="(/students/[^"?]+/\d+/)"', text)))
        if not links:
            raise SystemExit("The list of students is empty.")
        person.pages += tuple(links[:2])
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
