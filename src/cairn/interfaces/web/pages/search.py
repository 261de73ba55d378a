"""Search everything that a user may see: by name, reference, title or e-mail address.

Each source asks the policy what the user may see before anything is compared. Records of children
are not searched: finding a child is a use of its data, which the person index asks about.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cairn.data.intake.api import filter_visible_deliveries
from cairn.governance.agreements.api import list_visible_agreements, list_visible_drafts
from cairn.governance.dictionaries.api import list_dictionaries
from cairn.governance.partners.api import list_partners, list_visible_people, load_actor
from cairn.governance.projects.api import list_visible_projects
from cairn.interfaces.web.middleware import activate_english
from cairn.interfaces.web.pages.documentation import search_help
from cairn.outputs.extracts.api import list_visible_extracts
from cairn.outputs.releases.api import list_visible_releases
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_MOST_HITS_OF_A_KIND: Final = 20


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing that a search found.

    Attributes:
        title: its name.
        url: its page.
        detail: a second line; empty if there is none.
        keywords: further text that a search may match, such as a reference.
    """

    title: str
    url: str
    detail: str = ""
    keywords: str = ""

    def matches(self, words: list[str]) -> bool:
        """Return whether every word occurs in it."""
        text = f"{self.title} {self.detail} {self.keywords}".casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """What a search found of one kind.

    Attributes:
        title: such as "Agreements".
        hits: the first of them.
        more: how many further ones there are.
    """

    title: Promise | str
    hits: tuple[SearchHit, ...]
    more: int


def _list_agreement_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for listing in list_visible_agreements(actor, on):
        terms = listing.terms
        yield SearchHit(
            terms.title,
            reverse("agreements:detail", args=[terms.reference]),
            terms.reference,
            " ".join(party.name for party in terms.parties),
        )


def _list_draft_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for draft in list_visible_drafts(actor, on):
        url = reverse("agreements:draft", args=[draft.pk])
        yield SearchHit(draft.title or draft.reference, url, draft.reference)


def _list_project_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for project in list_visible_projects(actor, on).prefetch_related("versions"):
        newest = max(project.versions.all(), key=lambda version: version.number)
        url = reverse("projects:detail", args=[project.reference, newest.number])
        yield SearchHit(newest.title, url, project.reference)


def _list_partner_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for organization in list_partners(actor, on):
        url = reverse("web:partner", args=[organization.slug])
        yield SearchHit(organization.name, url, organization.get_kind_display(), organization.slug)


def _list_people_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for affiliation in list_visible_people(actor, on):
        role = f"{affiliation.get_role_display()}, {affiliation.organization.name}"
        url = reverse("web:partner", args=[affiliation.organization.slug])
        yield SearchHit(affiliation.user.name, url, role, affiliation.user.email)


def _list_delivery_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for delivery in filter_visible_deliveries(actor, on):
        received = date_format(timezone.localtime(delivery.received_at), "DATE_FORMAT")
        detail = f"{delivery.organization.name}, {received}"
        url = reverse("intake:delivery", args=[delivery.pk])
        yield SearchHit(delivery.file_name, url, detail, delivery.agreement_reference)


def _list_dictionary_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for dictionary in list_dictionaries(actor, on):
        url = reverse("dictionaries:detail", args=[dictionary.pk])
        yield SearchHit(dictionary.data_set, url, dictionary.organization.name)


def _list_release_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for release in list_visible_releases(actor, on):
        url = reverse("releases:detail", args=[release.pk])
        yield SearchHit(release.title, url, release.get_state_display())


def _list_extract_hits(actor: Actor, on: date) -> Iterator[SearchHit]:
    for extract in list_visible_extracts(actor, on):
        url = reverse("releases:extract", args=[extract.pk])
        yield SearchHit(extract.title, url, extract.get_state_display())


Source = Callable[[Actor, date], Iterable[SearchHit]]
_SOURCES: Final[tuple[tuple[Promise, Action, Source], ...]] = (
    (_("Partners"), Action.VIEW_PARTNERS, _list_partner_hits),
    (_("People"), Action.VIEW_PEOPLE, _list_people_hits),
    (_("Agreements"), Action.VIEW_AGREEMENT, _list_agreement_hits),
    (_("Draft agreements"), Action.VIEW_DRAFT, _list_draft_hits),
    (_("Projects"), Action.VIEW_PROJECT, _list_project_hits),
    (_("Data submissions"), Action.VIEW_DELIVERY, _list_delivery_hits),
    (_("Data dictionaries"), Action.VIEW_DICTIONARY, _list_dictionary_hits),
    (_("Releases"), Action.VIEW_RELEASE, _list_release_hits),
    (_("Extracts"), Action.VIEW_EXTRACT, _list_extract_hits),
)


def search_visible(text: str, actor: Actor, on: date) -> list[SearchGroup]:
    """Find what a user may see in which every word of the text occurs.

    Args:
        text: what the user typed.
        actor: the user.
        on: the date of access.

    Returns:
        One group for each kind with a hit, and the help pages last.
    """
    words = text.casefold().split()
    if not words:
        return []
    groups = []
    for title, action, list_hits in _SOURCES:
        if not may_open_page(action, actor, on=on).allowed:
            continue
        try:
            hits = [hit for hit in list_hits(actor, on) if hit.matches(words)]
        except Refused:
            continue
        groups.append(_build_group(title, hits))
    help_hits = [SearchHit(page.title, page.url) for page in search_help(words)]
    groups.append(_build_group(_("Help"), help_hits))
    return [group for group in groups if group.hits]


def _build_group(title: Promise | str, hits: list[SearchHit]) -> SearchGroup:
    most = _MOST_HITS_OF_A_KIND
    return SearchGroup(title, tuple(hits[:most]), max(0, len(hits) - most))


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what a search finds."""
    actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.VIEW_WORK, actor, on=today).require()
    activate_english(request)
    text = request.GET.get("q", "").strip()
    context = {
        "text": text,
        "groups": search_visible(text, actor, today),
        "sees_students": may_open_page(Action.VIEW_STUDENT, actor, on=today).allowed,
    }
    return render(request, "web/search.html", context)
