"""Measure how long each file of the public sources takes a person on the pages of Cairn.

A browser walks each file from the page *Upload a file* to the confirmed import, and each published
table from *Published data* to its figures, on a site that this script makes and serves. It answers
what a page requires, and leaves everything else as the page proposes it. A person's time is

- what the browser waited, measured from each press until the next page is loaded and, at the end,
  the rows are checked;
- reading every visible word of each page at 238 words a minute (M. Brysbaert, 2019, How many words
  do we read per minute?, Journal of Memory and Language 109, 104047); what the same page of the
  same walk has shown before is not read again;
- the actions by the keystroke-level model (S. Card, T. Moran and A. Newell, 1980, Communications of
  the ACM 23(7)): a key 0.28 s, pointing 1.1 s, a hand moved to the mouse or back 0.4 s, and 1.35 s
  to decide before each action.

The agreement covers every element that the agreement of a school district can cover; the record
types that the rules refuse are printed. Reading and keys are a model: no person was observed.

    CAIRN_REAL_DATA=FOLDER python benchmarks/person_time.py --json times.json
"""

import argparse
import json
import os
import re
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from statistics import median

from django.urls import reverse
from load import PASSWORD, serving
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from public_sources import SOURCES, Source, format_time, list_files, name_file

from cairn.interfaces.cli.installation import prepare_installation
from cairn.warehouse.schema import load_element_catalogue

KEY, POINT, HAND, DECIDE = 0.28, 1.1, 0.4, 1.35
"""Seconds (Card, Moran and Newell 1980), of an average typist; a press of the mouse is a key."""
WORDS_A_MINUTE = 238
"""Silent reading of English nonfiction by adults (Brysbaert 2019)."""
KEYS_OF_A_CHOICE = 3
"""Tab to the list, and two letters of the choice."""
PATIENCE = 120_000
"""Milliseconds: a busy machine is no defect of a page."""
ROUNDS = 4
"""So often the columns may be shown again before the walk is given up."""
BROWSER = Path("/usr/bin/chromium")
AGREEMENT = Path(__file__).parents[1] / "tests/journeys/RV-DSA-01.toml"
BACKBONE, DISTRICT = "backbone", "river"
MANAGER, STEWARD = "manager@partnership.example", "steward@river.example"
HEALTH_LAW = """
[legal_basis.criteria.{law}_authority]
clause = "§4.1"
confirmed_by = "Ines Calloway"
confirmed_for = "river"
confirmed_on = 2024-06-05

[legal_basis.criteria.{law}_condition]
value = "education_record"
clause = "§4.1"
confirmed_by = "Ines Calloway"
confirmed_for = "river"
confirmed_on = 2024-06-05

"""
"""A school's own health record is an education record (45 CFR 160.103)."""
PUBLISHER, AREA = (
    "The Equity Center, University of Virginia",
    "Charlottesville and Albemarle County",
)
FIGURES_AS_OF = {"outcomes": "2023-06-30", "acs": "2019-12-31"}
"""By the folder of the files."""
LEVELS = {"acs": "Census tract or smaller", "food_retail_cville.csv": "Other"}
"""What one row is about, by file or folder; elsewhere a county."""
HIGHER_IS_WORSE = re.compile("absenteeism|pov|foster|suspension")
CODES = {
    "PSAT_SAT/sample_anonymized_file_psat_89.csv": {
        "LATEST_PSAT_GRADE: “15”": "Leave blank",
        "LATEST_PSAT_GRADE: “35”": "Leave blank",
    },
    "PSAT_SAT/sample_anonymized_file_sat.csv": {"LATEST_SAT_GRADE: “99”": "Leave blank"},
}
"""Codes that the page asks for, by file: these name no grade."""
FOLDED_COLUMNS = re.compile(r"^(Columns to import|\d+ columns?\b)")
# The chosen option of a list is read, its other options are not. A page folds what is long: of what
# it folds in a form, the heading says what it is.
_TEXTS = """main => {
  const texts = { seen: [], folded: [] };
  const add = (part, text = "") => {
    const fold = part.closest("main form details:not([open])");
    if (part.checkVisibility({ visibilityProperty: true })) texts.seen.push(text);
    else if (fold) texts.folded.push([fold.querySelector("summary").innerText.trim(), text]);
  };
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const part = walker.currentNode.parentElement;
    if (part.closest("script, style, datalist, option")) continue;
    add(part, walker.currentNode.data.trim());
  }
  for (const list of main.querySelectorAll("select")) add(list, list.selectedOptions[0]?.text);
  return texts;
}"""


@dataclass(slots=True)
class Walk:
    """One file's way through the pages.

    Attributes:
        source: title of its source.
        file: its name, as the page of the documentation has it.
        pages: pages that were loaded.
        choices: buttons and links pressed, choices in lists, files chosen.
        typed: characters typed.
        words: words read.
        folded_words: words of the list of columns, where the page folds it and nobody opened it.
        waited: seconds from a press until the next page, or the result, is there.
        acted: seconds of keys, pointing and decisions.
        end: where it ended.
        is_imported: whether rows or figures were imported.
    """

    source: str
    file: str
    pages: int = 0
    choices: int = 0
    typed: int = 0
    words: int = 0
    folded_words: int = 0
    waited: float = 0.0
    acted: float = 0.0
    end: str = ""
    is_imported: bool = False

    @property
    def seconds(self) -> float:
        """The person's time: waiting, reading and acting."""
        return self.waited + self.acted + self.words * 60 / WORDS_A_MINUTE

    @property
    def seconds_with_columns(self) -> float:
        """The person's time if they open the folded list of columns and read all of it."""
        opening = DECIDE + POINT + KEY if self.folded_words else 0
        return self.seconds + opening + self.folded_words * 60 / WORDS_A_MINUTE


@dataclass(slots=True)
class Person:
    """Somebody at a browser, who reads what a page shows and works its form."""

    page: Page
    walk: Walk
    known: dict[str, set[str]] = field(default_factory=dict)
    has_mouse: bool = False

    def open(self, path: str) -> None:
        """Follow a link of the menu."""
        self._point()
        begun = time.perf_counter()
        self.page.goto(path)
        self._arrive(begun)

    def press(self, target: Locator) -> None:
        """Press a button or a link that leads to another page, and read that."""
        self._point()
        begun = time.perf_counter()
        with self.page.expect_navigation():
            target.click()
        self._arrive(begun)
        self.read()

    def _arrive(self, begun: float) -> None:
        self.walk.waited += time.perf_counter() - begun
        self.walk.pages += 1

    def wait_for_results(self) -> None:
        """Wait until the rows are checked, and read what came of them."""
        begun = time.perf_counter()
        self.page.get_by_role("heading", name="Results", exact=True).wait_for()
        self.walk.waited += time.perf_counter() - begun
        self.read()

    def read(self, part: str = "main") -> None:
        """Read what this page shows and has not shown before; count apart what it folds."""
        texts = self.page.locator(part).first.evaluate(_TEXTS)
        known = self.known.setdefault(self.page.url.partition("?")[0], set())
        folded = [text for heading, text in texts["folded"] if FOLDED_COLUMNS.search(heading)]
        self.walk.words += count_words(text for text in texts["seen"] if text not in known)
        self.walk.folded_words += count_words(text for text in folded if text not in known)
        known |= {*texts["seen"], *folded}

    def type_into(self, label: str, text: str) -> None:
        """Type into a field, which the Tab key reaches."""
        self.page.get_by_label(label, exact=True).fill(text)
        self.walk.typed += len(text)
        self._type(1 + len(text))

    def choose(self, label: str, choice: str) -> None:
        """Choose in a list with the keyboard."""
        self.page.get_by_label(label, exact=True).select_option(label=choice)
        self.walk.choices += 1
        self._type(KEYS_OF_A_CHOICE)

    def attach(self, path: Path) -> None:
        """Choose a file: the button of the field, the file in the window, the window's button."""
        self.page.get_by_label("File", exact=True).set_input_files(path)
        for _press in range(3):
            self._point()

    def _type(self, keys: int) -> None:
        self.walk.acted += DECIDE + keys * KEY + HAND * self.has_mouse
        self.has_mouse = False

    def _point(self) -> None:
        self.walk.choices += 1
        self.walk.acted += DECIDE + POINT + KEY + HAND * (not self.has_mouse)
        self.has_mouse = True


def count_words(texts: Iterable[str]) -> int:
    """Count whatever has a letter or a digit between blanks."""
    return sum(1 for text in texts for word in text.split() if re.search(r"\w", word))


def main() -> None:
    """Print what each file took, and write it for the page of the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here")
    parser.add_argument("--only", default="", metavar="TEXT", help="files with this in their names")
    args = parser.parse_args()
    walks, refused = walk_files(Path(os.environ["CAIRN_REAL_DATA"]), args.only)
    print(f"Record types that the agreement cannot cover: {', '.join(refused)}")
    imported = [walk.seconds for walk in walks if walk.is_imported]
    if imported:
        middle, longest = format_time(median(imported)), format_time(max(imported))
        print(f"{len(imported)} of {len(walks)} imported, median {middle}, longest {longest}")
    if args.json:
        sums = ("seconds", "seconds_with_columns")
        files = [asdict(walk) | {name: getattr(walk, name) for name in sums} for walk in walks]
        result = {"not_covered": refused, "files": files}
        args.json.write_text(json.dumps(result, indent=1, ensure_ascii=False), "utf-8")


def format_walk(walk: Walk) -> str:
    """Format one line of the table."""
    return (
        f"{walk.file[-46:]:46} {walk.pages} pages {walk.choices:3} choices {walk.typed:3} typed "
        f"{walk.words:4} words {walk.waited:3.0f} s waited, {format_time(walk.seconds)} {walk.end}"
    )


def walk_files(data: Path, only: str = "") -> tuple[list[Walk], list[str]]:
    """Walk the files of the public sources on a site of their own.

    Args:
        data: the folder of the sample data.
        only: a text that the names of the files have; empty for all files.

    Returns:
        A walk for each file, in the order of the page of the documentation, and the titles of the
        record types that the agreement cannot cover.
    """
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        refused = build_installation(folder := Path(name) / "data")
        with serving(folder, 2, worker="--worker") as port, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=BROWSER if BROWSER.exists() else None, args=["--no-sandbox"]
            )
            windows = {email: sign_in(chromium, port, email) for email in (MANAGER, STEWARD)}
            walks = [
                walk_file(windows, source, path)
                for source in SOURCES
                for path in list_files(data, source)
                if only in name_file(path)
            ]
    return walks, refused


def build_installation(folder: Path) -> list[str]:
    """Make a district with a steward, a data manager, and their agreement.

    Returns:
        Titles of the record types that the agreement cannot cover.
    """
    prepare_installation(folder)
    from django.utils import timezone

    from cairn.demo.governance import staff
    from cairn.governance.agreements.api import load_agreement
    from cairn.governance.partners.api import Organization
    from cairn.policy.vocabulary import Role

    now = timezone.now()
    for slug, kind in ((BACKBONE, "backbone"), (DISTRICT, "school_district")):
        Organization.objects.create(slug=slug, name=slug.title(), kind=kind)
    accounts = staff.create_demo_accounts(
        (
            staff.DemoMember(MANAGER, "Dana Whitfield", Role.DATA_MANAGER, BACKBONE, ""),
            staff.DemoMember(STEWARD, "Camila Reyes", Role.STEWARD, DISTRICT, ""),
        )
    )
    manager, organizations = accounts[MANAGER], Organization.objects.all()
    staff.assess_demo_organizations(organizations=organizations, by=manager, at=now)
    for user in accounts.values():
        staff.meet_access_requirements(user=user, attesting_user=manager, at=now)
    text, refused = write_agreement(now.date())
    load_agreement(text=text, by=manager, at=now)
    return refused


def write_agreement(on: date) -> tuple[str, list[str]]:
    """Write the agreement of a school district over all that it can cover; name what it cannot."""
    from cairn.governance.agreements.toml_format.parser import parse_agreement
    from cairn.policy.questions import find_importable_elements

    opening, _, rest = AGREEMENT.read_text("utf-8").partition("[[data]]")
    opening += "".join(HEALTH_LAW.format(law=law) for law in ("health", "immunization"))
    closing = "[retention]" + rest.partition("[retention]")[2]
    records = load_element_catalogue().values()
    every = {element.element for record in records for element in record.fields.values()}
    terms = parse_agreement(opening + "".join(_write_records(every)) + closing)
    lawful = find_importable_elements(terms, DISTRICT, on)
    refused = [r.title for r in records if not lawful & {f.element for f in r.fields.values()}]
    return opening + "".join(_write_records(lawful)) + closing, refused


def _write_records(elements: Collection[str]) -> Iterator[str]:
    for record in load_element_catalogue().values():
        names = [f.name for f in record.fields.values() if f.element in elements]
        if names:
            yield f'[[data]]\nrecord = "{record.name}"\nelements = {json.dumps(names)}\n'
            yield 'years = ["2000-01", "2040-41"]\nclause = "Exhibit A"\n\n'


def sign_in(chromium: Browser, port: int, email: str) -> Page:
    """Open a window of somebody who has signed in."""
    page = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-US").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def walk_file(windows: Mapping[str, Page], source: Source, path: Path) -> Walk:
    """Walk one file to where it ends."""
    walk = Walk(source.title, name_file(path))
    if source.are_figures:
        walk_figures(Person(windows[MANAGER], walk), source, path)
    else:
        walk_records(Person(windows[STEWARD], walk), path)
    print(format_walk(walk), flush=True)
    return walk


def walk_records(person: Person, path: Path) -> None:
    """Walk a file of records, from the upload to the results."""
    page, walk = person.page, person.walk
    person.open(reverse("intake:upload"))
    person.read()
    person.type_into("Data set name", name_data_set(walk.file))
    person.attach(path)
    person.press(page.get_by_role("button", name="Upload file"))
    if not (waiting := page.locator("section[aria-labelledby=waiting] a")).count():
        confirm_records(person)
        return
    ends = []
    while waiting.count():  # one for each kind of records
        person.press(waiting.first)
        if not confirm_records(person):
            return
        ends.append(walk.end)
        person.open(reverse("intake:deliveries"))
    rows = sum(int(end.split()[0].replace(",", "")) for end in ends)
    walk.end = f"{rows:,} rows as {', '.join(end.partition(' as ')[2] for end in ends)}"


def confirm_records(person: Person) -> bool:
    """Confirm the columns and the preview; return whether rows were imported."""
    page, walk = person.page, person.walk
    for _round in range(ROUNDS):
        if not has_heading(page, "Confirm the columns"):
            break
        for label, choice in CODES.get(walk.file, {}).items():
            person.choose(label, choice)
        person.press(page.get_by_role("button", name="Continue to the preview"))
    confirm = page.get_by_role("button", name="Confirm and import")
    if not confirm.count():
        needs_choice = has_heading(page, "Confirm the columns")
        walk.end = f"{'needs a choice' if needs_choice else 'refused'}: {find_reason(page)}"
        return False
    record = re.search("become “(.+?)”", page.locator("main").inner_text())
    person.press(confirm)
    person.wait_for_results()
    rows = page.locator("main .card").filter(has_text=re.compile("rows? accepted")).inner_text()
    walk.end = f"{rows.split()[0]} rows as {record[1] if record else '?'}"
    walk.is_imported = True
    return True


def walk_figures(person: Person, source: Source, path: Path) -> None:
    """Walk a published table, from the list of tables to its figures."""
    page, walk = person.page, person.walk
    person.open(reverse("public_sources:list"))
    # Below its head the page lists the tables of the walks before.
    person.read("main .page-head")
    person.press(page.locator("main .page-head").get_by_role("link", name="Add a published table"))
    person.attach(path)
    for label, text in (
        ("Title of the table", path.stem.replace("_", " ").capitalize()),
        ("Published by", PUBLISHER),
        ("Web address of the table", source.address),
        ("License or terms of use", source.terms),
        ("Figures as of", FIGURES_AS_OF[path.parent.name]),
        ("Area", AREA),
    ):
        person.type_into(label, text)
    level = LEVELS.get(path.name) or LEVELS.get(path.parent.name, "County or city")
    person.choose("What is one row about?", level)
    is_worse = HIGHER_IS_WORSE.search(path.name)
    person.choose("A higher figure is", "Worse" if is_worse else "Neither better nor worse")
    person.press(page.get_by_role("button", name="Upload and check columns"))
    add = page.get_by_role("button", name="Add the table")
    if not add.count():
        walk.end = f"refused: {find_reason(page)}"
        return
    person.press(add)
    added = re.search(r"(\d+) figures? added", page.locator("body").inner_text())
    walk.end, walk.is_imported = f"{int(added[1]) if added else 0:,} figures", True


def has_heading(page: Page, text: str) -> bool:
    """Return whether this is the page with that heading."""
    return page.get_by_role("heading", level=1, name=text, exact=True).count() > 0


def find_reason(page: Page) -> str:
    """Find the first sentence that says why the page does not go on; else the page's heading."""
    reasons = page.locator("main .callout.stop").locator("li, p")
    text = reasons.first.inner_text() if reasons.count() else page.locator("h1").inner_text()
    return re.split(r"(?<=[.?!])\s", " ".join(text.split()).removeprefix("File: "))[0]


def name_data_set(file: str) -> str:
    """Name a file as a steward would, by its product or by itself."""
    name = re.sub("sample_anonymized_file|[.](csv|xml)$", "", file.lower())
    return re.sub("[^a-z0-9]+", "-", name).strip("-")[:60]


if __name__ == "__main__":
    main()
