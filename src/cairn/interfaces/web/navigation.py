"""Build the navigation around every page: the sections and links that the user may open."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.pages.documentation import find_help_url
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, SecondFactor

# Sections of the navigation with their links, in the order of the data flow. A link appears for
# users who may open it, a section when it has a link.
_SECTIONS = (
    (
        _("Home"),
        ((_("Home"), "web:home", Action.VIEW_HOME),),
    ),
    (
        _("Agreements"),
        (
            (_("Agreements"), "agreements:list", Action.VIEW_AGREEMENT),
            (_("Projects"), "projects:list", Action.VIEW_PROJECT),
            (_("Committees"), "projects:bodies", Action.VIEW_COMMITTEE),
            (_("Data dictionaries"), "dictionaries:list", Action.VIEW_DICTIONARY),
        ),
    ),
    (
        _("Programs"),
        (
            (_("Programs"), "programs:list", Action.VIEW_PROGRAM_RECORDS),
            (_("Students"), "students:list", Action.VIEW_STUDENT),
        ),
    ),
    (
        _("Families"),
        (
            (_("Consents"), "consents:list", Action.VIEW_CONSENTS),
            (_("Opt-outs"), "opt_outs:list", Action.VIEW_OPT_OUTS),
            (_("Annual notices"), "notices:list", Action.VIEW_ANNUAL_NOTICE),
            (_("Letters"), "families:letters", Action.INVITE_FAMILY),
            (_("Record requests"), "families:copies", Action.ANSWER_FAMILY),
            (_("Record corrections"), "families:amendments", Action.ANSWER_FAMILY),
            (_("Programs on family pages"), "families:program_access", Action.SHOW_TO_FAMILIES),
        ),
    ),
    (
        _("Data"),
        (
            (_("Data submissions"), "intake:deliveries", Action.VIEW_DELIVERY),
            (_("Surveys"), "surveys:surveys", Action.MANAGE_SURVEY),
            (_("Record matching"), "linkage:summary", Action.VIEW_LINKAGE),
            (_("Published data"), "public_sources:list", Action.VIEW_PUBLIC_SOURCE),
        ),
    ),
    (
        _("Reports"),
        (
            (_("Public dashboard"), "dashboards:index", Action.VIEW_PUBLISHED),
            (_("Indicators"), "indicators:list", Action.VIEW_INDICATOR),
            (_("Releases"), "releases:list", Action.VIEW_RELEASE),
            (_("Data extracts"), "releases:extracts", Action.VIEW_EXTRACT),
            (_("Children in programs"), "linkage:participants", Action.VIEW_LINKAGE),
            (_("Our own figures"), "figures:own", Action.COMPARE_OWN_FIGURES),
            (_("Reports to partners"), "figures:reports", Action.VIEW_GIVE_BACK),
            (_("Gaps and targets"), "figures:gaps", Action.VIEW_DASHBOARDS),
            (_("Districts and schools"), "figures:places", Action.VIEW_DASHBOARDS),
            (_("Portfolio"), "programs:portfolio", Action.VIEW_DASHBOARDS),
            (_("Committee overview"), "figures:overview", Action.VIEW_DASHBOARDS),
            (_("Targets"), "figures:targets", Action.CHANGE_TARGET),
            (_("Questions about figures"), "figures:questions", Action.ANSWER_FIGURE_QUESTION),
        ),
    ),
    (
        _("Records & audit"),
        (
            (_("Can I use or share this data?"), "disclosures:may_i", Action.ASK),
            (_("Disclosure log"), "disclosures:list", Action.VIEW_DISCLOSURES),
            (_("Legal requests"), "legal:list", Action.VIEW_LEGAL_REQUESTS),
            (_("Breaches"), "breaches:list", Action.VIEW_BREACHES),
            (_("Data destruction"), "retention:list", Action.VIEW_DUTIES),
            (_("Deadlines"), "deadlines:list", Action.VIEW_DEADLINES),
            (_("Audit log"), "audit:log", Action.VIEW_AUDIT),
            (_("Email"), "web:mail", Action.MANAGE_EMAIL),
            (_("Scheduled jobs"), "web:schedule", Action.MANAGE_SCHEDULE),
            (_("System status"), "web:status", Action.MANAGE_SCHEDULE),
        ),
    ),
    (
        _("People & partners"),
        (
            (_("Partners"), "partners:list", Action.VIEW_PARTNERS),
            (_("People"), "partners:people", Action.VIEW_PEOPLE),
            (_("My training"), "training:mine", Action.TAKE_TRAINING),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """Hold one link of the navigation."""

    title: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class NavigationSection:
    """Hold links that belong together; the section itself opens the first of them."""

    title: str
    links: tuple[NavigationLink, ...]

    @property
    def url(self) -> str:
        """Return the URL of the first link."""
        return self.links[0].url

    @property
    def is_current(self) -> bool:
        """Return whether the current page belongs to the section."""
        return any(link.is_current for link in self.links)


@dataclass(frozen=True, slots=True)
class PageShell:
    """Hold the navigation around a page."""

    sections: tuple[NavigationSection, ...]
    excused: bool
    help_url: str

    @property
    def current_section(self) -> NavigationSection | None:
        """Return the section of the current page, if it has more than one link."""
        return next(
            (item for item in self.sections if item.is_current and len(item.links) > 1), None
        )

    @property
    def current_link(self) -> NavigationLink | None:
        """Return the link of the current page."""
        links = (link for section in self.sections for link in section.links)
        return next((link for link in links if link.is_current), None)


def add_page_shell(request: HttpRequest) -> dict[str, Any]:
    """Add the page shell to every template; it is built only when a template uses it."""
    return {"shell": SimpleLazyObject(lambda: _build_page_shell(request))}


def _build_page_shell(request: HttpRequest) -> PageShell:
    current_actor = load_actor(getattr(request, "user", None), request=request)
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    sections: tuple[NavigationSection, ...] = ()
    if request.user.is_authenticated:
        active_route = _find_active_route(view_name, request.path)
        open_routes = _list_open_routes(current_actor, timezone.localdate())
        sections = _build_sections(active_route, open_routes, get_language())
    return PageShell(
        sections=sections,
        excused=current_actor.second_factor is SecondFactor.EXCUSED,
        help_url=find_help_url(view_name),
    )


@lru_cache(maxsize=512)
def _build_sections(
    active_route: str | None, open_routes: frozenset[str], _language: str | None
) -> tuple[NavigationSection, ...]:
    """Build the sections; their titles are in the language of the page."""
    sections = (
        NavigationSection(
            str(title),
            tuple(
                NavigationLink(str(name), reverse(route), route == active_route)
                for name, route, _action in entries
                if route in open_routes
            ),
        )
        for title, entries in _SECTIONS
    )
    return tuple(section for section in sections if section.links)


@lru_cache(maxsize=512)
def _list_open_routes(current_actor: Actor, today: date) -> frozenset[str]:
    """Return the routes that the actor may open: the answer changes with these facts alone."""
    return frozenset(
        route
        for _title, entries in _SECTIONS
        for _name, route, action in entries
        if may_open_page(action, current_actor, on=today).allowed
    )


def _find_active_route(view_name: str, path: str) -> str | None:
    """Return the route of the navigation link that a page belongs to.

    It is the app's link with a URL that begins the page's URL, or else the app's first link.
    """
    app_namespace = view_name.partition(":")[0]
    app_routes = [
        route
        for _title, links in _SECTIONS
        for _label, route, _action in links
        if route.startswith(f"{app_namespace}:")
    ]
    if view_name in app_routes or app_namespace == "web":
        return view_name
    parent_routes = [route for route in app_routes if path.startswith(reverse(route))]
    return max(
        parent_routes, key=lambda route: len(reverse(route)), default=next(iter(app_routes), None)
    )
