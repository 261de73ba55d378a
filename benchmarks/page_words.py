"""Measure the words that people read: every page of the demo, and the documentation.

Signs in as each person of the demo, follows every link, and measures one page of each kind: words,
Flesch-Kincaid grade of its sentences, oblique words per 1,000 and compressed size. Family pages
should read at 6th grade, other pages at 9th; see "Words on pages" in the style guide. The clauses
of an agreement are measured apart from the page that quotes them (`QUOTED`). The documentation and
README are measured from their Markdown.

    python benchmarks/page_words.py                  every page, worst first
    python benchmarks/page_words.py --text audit:log print what one kind of page says
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyphen
from lxml import html

ROOT: Final = Path(__file__).resolve().parents[1]
FAMILY: Final = "a family"
PUBLIC: Final = "the public"
FAMILY_GRADE: Final = 6
STAFF_GRADE: Final = 9
CONTRACT_GRADE: Final = 11
SHORTEST_SENTENCE: Final = 4
"""Words; a shorter line is a label, not a sentence."""
QUOTED: Final = ".//*[contains(concat(' ', @class, ' '), ' contract ')]"
"""The clauses of an agreement: the words that the parties signed, which a page may only quote. They
are ordinary contract English and cite the law, so they have a grade of their own."""
QUOTED_SUFFIX: Final = ", its agreement"
MOST_PAGES: Final = 400
SKIPPED_ROUTES: Final = frozenset({"web:language", "account_logout", "families:leave"})
PROSE: Final = " | ".join(f".//{tag}" for tag in ("p", "li", "dd", "legend", "figcaption"))
WORD: Final = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])")
MARKUP: Final = re.compile(r"```.*?```|`[^`]*`|<[^>]+>|\]\([^)]*\)", re.DOTALL)
SYLLABLES: Final = pyphen.Pyphen(lang="en_US")
OBLIQUE_LIST: Final[list[str]] = tomllib.loads((ROOT / "checks/limits.toml").read_text())[
    "oblique_words"
]
OBLIQUE: Final = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(
        r"\s+".join(map(re.escape, words.split()))
        for words in sorted(OBLIQUE_LIST, key=len, reverse=True)
    )
    + r")(?![\w-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page or document asks of its reader.

    Attributes:
        name: route of the page, or path of the document.
        reader: who sees it.
        words: all words of the content, without navigation.
        grade: Flesch-Kincaid grade of its sentences; None if it has none.
        oblique: oblique words.
        kilobytes: compressed size; None for a document.
        text: what it says.
    """

    name: str
    reader: str
    words: int
    grade: float | None
    oblique: int
    kilobytes: float | None
    text: str

    @property
    def highest_grade(self) -> int:
        """The grade that it should not exceed."""
        if self.name.endswith(QUOTED_SUFFIX):
            return CONTRACT_GRADE
        return FAMILY_GRADE if self.name.startswith("families:") else STAFF_GRADE


def measure_text(
    name: str, reader: str, text: str, sentences: list[str], kilobytes: float | None = None
) -> Reading:
    """Measure one text; `sentences` are those of its running text."""
    return Reading(
        name,
        reader,
        words=len(WORD.findall(text)),
        grade=compute_grade(sentences),
        oblique=len(OBLIQUE.findall(text)),
        kilobytes=kilobytes,
        text=text,
    )


def compute_grade(sentences: list[str]) -> float | None:
    """Compute the Flesch-Kincaid grade (Kincaid and others 1975) of sentences.

    Syllables are counted with the hyphenation patterns of TeX, which miss some: a word has at least
    one, and one for each group of vowels if that is more.
    """
    found = [
        words for sentence in sentences if len(words := WORD.findall(sentence)) >= SHORTEST_SENTENCE
    ]
    words = [word for sentence in found for word in sentence]
    if not words:
        return None
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / len(found) + 11.8 * syllables / len(words) - 15.59


def count_syllables(word: str) -> int:
    """Count the syllables of an English word."""
    groups = len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e") or "e"))
    return max(1, groups, len(SYLLABLES.positions(word)) + 1)


def split_sentences(text: str) -> list[str]:
    """Split running text into sentences."""
    return SENTENCE_END.split(" ".join(text.split()))


def measure_documents() -> Iterator[Reading]:
    """Measure the Markdown that people read."""
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/*.md")]
    for path in sorted(paths):
        if path.name == "CHANGELOG.md" or "decisions" in path.parts:
            continue
        text = re.sub(
            r"```.*?```|`[^`]*`|<[^>]+>|\]\([^)]*\)", " ", path.read_text(), flags=re.DOTALL
        )
        prose = [
            sentence
            for block in re.split(r"\n\s*\n|\n(?=[-*#|\d])", text)
            if not block.startswith(("#", "|"))
            for sentence in split_sentences(block)
        ]
        yield measure_text(str(path.relative_to(ROOT)), "documentation", text, prose)


def measure_pages(folder: Path) -> Iterator[Reading]:
    """Make the demo in a folder, and measure the pages of each of its people."""
    letter = make_demo(folder)
    from cairn.interfaces.cli.installation import prepare_installation

    prepare_installation(folder)
    from django.conf import settings

    from cairn.demo.governance.staff import list_shown_members

    settings.CAIRN_LISTENS_ON = "127.0.0.1"
    known: set[str] = set()
    readers = {PUBLIC: "", FAMILY: letter} | {m.email: m.email for m in list_shown_members()}
    for reader, entry in readers.items():
        yield from crawl_pages(reader, entry, known)


def make_demo(folder: Path) -> str:
    """Make the demo; return the code of one family's letter."""
    command = "from cairn.interfaces.cli.main import app; app()"
    options = ["--people", "300", "--no-serve", "--json", "--data", str(folder)]
    made = subprocess.run(  # noqa: S603 - our own interpreter and fixed words
        [sys.executable, "-c", command, "demo", *options], check=True, capture_output=True
    )
    letter: str = json.loads(made.stdout)["letter"]
    return letter


def crawl_pages(reader: str, entry: str, known: set[str]) -> Iterator[Reading]:
    """Follow every link of one reader; yield one page of each route that is not known yet."""
    from django.test import Client
    from django.urls import Resolver404, resolve

    client = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en-US")
    ahead, opened, routes = [*sign_in(client, reader, entry)], set[str](), set[str]()
    while ahead and len(opened) < MOST_PAGES:
        path = ahead.pop(0)
        try:
            route = resolve(urlsplit(path).path).view_name
        except Resolver404:
            continue
        if path in opened or route in SKIPPED_ROUTES or route in routes:
            continue
        opened.add(path)
        routes.add(route)
        response = client.get(path, follow=True)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or response.status_code != 200:
            continue
        content = response.content
        page = html.fromstring(content.decode())
        ahead += [link for link in page.xpath("//a/@href") if link.startswith("/")]
        if route not in known:
            known.add(route)
            yield from measure_page(route, reader, page, len(gzip.compress(content)) / 1024)


def sign_in(client: Any, reader: str, entry: str) -> tuple[str, ...]:
    """Sign in as a reader; return where to begin."""
    from django.contrib.auth import get_user_model

    if reader == PUBLIC:
        return "/", "/family/"
    if reader == FAMILY:
        page = client.post("/family/", {"code": entry}, follow=True)
        return (page.request["PATH_INFO"],)
    client.force_login(get_user_model().objects.get(email=entry))
    return ("/",)


def measure_page(route: str, reader: str, page: Any, kilobytes: float) -> Iterator[Reading]:
    """Measure the content of one page, and apart from it the agreement that it quotes."""
    (main,) = page.xpath("//main") or [page]
    for hidden in main.xpath(".//script | .//style | .//svg | .//option"):
        hidden.drop_tree()
    if contract := main.xpath(QUOTED):
        text = "\n".join(clauses.text_content() for clauses in contract)
        sentences = [sentence for clauses in contract for sentence in list_sentences(clauses)]
        yield measure_text(route + QUOTED_SUFFIX, reader, text, sentences)
        for clauses in contract:
            clauses.drop_tree()
    text = "\n".join(line.strip() for line in main.text_content().splitlines() if line.strip())
    yield measure_text(route, reader, text, list_sentences(main), kilobytes)


def list_sentences(content: Any) -> list[str]:
    """List the sentences of the running text of a part of a page."""
    blocks = [
        " ".join(block.text_content().split())
        for block in content.xpath(PROSE)
        if not block.xpath(PROSE)
    ]
    return [
        sentence
        for block in blocks
        if block.endswith((".", "?", "!"))
        for sentence in split_sentences(block)
    ]


def print_table(title: str, readings: list[Reading]) -> None:
    """Print the readings, most oblique first, and their sums."""
    words, oblique = sum(r.words for r in readings), sum(r.oblique for r in readings)
    above = [r for r in readings if r.grade is not None and r.grade > r.highest_grade]
    print(
        f"\n{title}: {len(readings)}, {words:,} words, "
        f"{1000 * oblique / max(words, 1):.1f} oblique words per 1,000 (target 2), "
        f"{len(above)} above their grade"
    )
    print(f"  {'name':44}{'words':>7}{'oblique':>9}{'grade':>7}{'KB':>6}  reader")
    for r in sorted(readings, key=lambda r: (-r.oblique, -(r.grade or 0))):
        grade = "" if r.grade is None else f"{r.grade:.1f}"
        size = "" if r.kilobytes is None else f"{r.kilobytes:.0f}"
        mark = "*" if r in above else " "
        print(f"  {r.name:44}{r.words:7}{r.oblique:9}{grade:>7}{mark}{size:>5}  {r.reader}")


def main() -> None:
    """Print the table, or what one kind of page says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", metavar="ROUTE", help="print the text of one page")
    parser.add_argument("--documents", action="store_true", help="measure the documents only")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="save what each page says")
    chosen = parser.parse_args()
    documents = list(measure_documents())
    pages: list[Reading] = []
    if not chosen.documents:
        with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
            pages = list(measure_pages(Path(name, "demo")))
    if chosen.text:
        print(next(r.text for r in (*pages, *documents) if r.name == chosen.text))
        return
    if chosen.save:
        chosen.save.mkdir(parents=True, exist_ok=True)
        for reading in pages:
            file = chosen.save / f"{reading.name.replace(':', '.')}.txt"
            file.write_text(reading.text, "utf-8")
    print_table("Documents", documents)
    if pages:
        print_table("Pages", pages)


if __name__ == "__main__":
    main()
