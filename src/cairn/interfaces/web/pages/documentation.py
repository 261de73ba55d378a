"""Serve the documentation inside the application, so that help needs no internet connection."""

import posixpath
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from cairn.governance.partners.api import load_actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_INSTALLED_FOLDER: Final = Path(__file__).parents[1] / "documentation"
_SOURCE_FOLDER: Final = Path(__file__).parents[5] / "docs"
_TITLE: Final = re.compile(r"^# +(.+)$", re.MULTILINE)
_TOPICS_FILE: Final = Path(__file__).with_name("help_topics.toml")


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page of the documentation.

    Attributes:
        name: path below the documentation's folder, without ".md".
        title: its first heading.
        text: its Markdown.
    """

    name: str
    title: str
    text: str

    @property
    def url(self) -> str:
        """Address of the page in the application."""
        return reverse("web:help_page", args=[self.name])


@dataclass(frozen=True, slots=True)
class HelpSection:
    """Pages of the same kind.

    Attributes:
        title: such as "How to".
        pages: in the order of the file.
    """

    title: str
    pages: tuple[HelpPage, ...]


@cache
def load_help_sections() -> tuple[HelpSection, ...]:
    """Load the pages that users read, in the order of `help_topics.toml`."""
    topics = tomllib.loads(_TOPICS_FILE.read_text("utf-8"))
    return tuple(
        HelpSection(section["title"], tuple(_read_page(name) for name in section["pages"]))
        for section in topics["sections"]
    )


@cache
def load_help_topics() -> dict[str, str]:
    """Load which page explains the pages of an app or a single page, by name of the route."""
    topics: dict[str, str] = tomllib.loads(_TOPICS_FILE.read_text("utf-8"))["topics"]
    return topics


def find_help_url(view_name: str) -> str:
    """Find the help for a page of the application.

    Args:
        view_name: route, such as "releases:detail".

    Returns:
        The address of its topic, or of the list of topics.
    """
    topics = load_help_topics()
    name = topics.get(view_name) or topics.get(view_name.partition(":")[0])
    return reverse("web:help_page", args=[name]) if name else reverse("web:help")


def search_help(words: list[str]) -> list[HelpPage]:
    """Find the pages in which every word occurs; those with a word in the title come first."""
    pages = [page for section in load_help_sections() for page in section.pages]
    found = [page for page in pages if all(word in page.text.casefold() for word in words)]
    return sorted(found, key=lambda page: not any(w in page.title.casefold() for w in words))


def _find_folder() -> Path:
    return _INSTALLED_FOLDER if _INSTALLED_FOLDER.is_dir() else _SOURCE_FOLDER


def _read_page(name: str) -> HelpPage:
    text = (_find_folder() / f"{name}.md").read_text("utf-8")
    title = _TITLE.search(text)
    return HelpPage(name, title[1] if title else name, text)


def render_help_text(page: HelpPage) -> SafeString:
    """Turn a page into markup. Raw markup in it stays text; links lead inside the application."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_TITLE.sub("", page.text, count=1))
    known = {one.name for section in load_help_sections() for one in section.pages}
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrs["href"] = _resolve_link(page, str(child.attrs.get("href", "")), known)
    markup = parser.renderer.render(tokens, parser.options, {})
    # What scrolls sideways must be reachable by keyboard (WCAG 2.1.1).
    for element in ("pre", "table"):
        markup = markup.replace(f"<{element}>", f'<{element} tabindex="0">')
    return SafeString(markup)


def _resolve_link(page: HelpPage, target: str, known: set[str]) -> str:
    """Lead a link between files to the page of the application, if there is one."""
    path, _, anchor = target.partition("#")
    if "://" in target or not path.endswith(".md"):
        return target
    name = posixpath.normpath(PurePosixPath(page.name).parent / path).removesuffix(".md")
    if name not in known:
        return reverse("web:help")
    return reverse("web:help_page", args=[name]) + (f"#{anchor}" if anchor else "")


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """List the topics of the documentation."""
    _require_open(request)
    return render(request, "web/help_index.html", {"sections": load_help_sections()})


@require_safe
def help_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page of the documentation."""
    _require_open(request)
    pages = {page.name: page for section in load_help_sections() for page in section.pages}
    if name not in pages:
        raise Http404
    context = {"page": pages[name], "text": render_help_text(pages[name])}
    return render(request, "web/help_page.html", context)


def _require_open(request: HttpRequest) -> None:
    """The documentation is as open as the home page."""
    actor = load_actor(request.user, request=request)
    may_open_page(Action.VIEW_HOME, actor, on=timezone.localdate()).require()
