"""Reads of releases, narrowed to who asks; and the decisions that a page shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cairn.agreements import facts as agreed
from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.disclosures.sealing import Seals
from cairn.intake.storehouse import open_storehouse
from cairn.partners import facts as partners
from cairn.partners.models import Organization
from cairn.partners.waiting import Waiting
from cairn.releases import facts, own, tables
from cairn.releases.figures import Figures, Key, of_outcome
from cairn.releases.models import NationWord, Release, Review, SendBack, WrongFigure
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.organization import OrganizationFact
from cairn.rules.reach import reached
from cairn.rules.release import (
    may_answer,
    may_answer_as_nation,
    may_check,
    may_correct,
    may_publish,
    may_redraft,
    may_review,
    may_reword,
    may_send_back,
    may_submit,
    may_view_release,
    may_view_wrong_figures,
    may_withdraw,
    must_check_again,
)
from cairn.rules.release_fact import ReleaseFact
from cairn.rules.review import verdicts_open
from cairn.rules.vocabulary import Action, OrganizationKind, ReleaseState, Role
from cairn.warehouse import released
from cairn.warehouse.outcomes import catalogue
from cairn.warehouse.zones import FileRef

_DOORS: dict[str, Callable[[ReleaseFact, Actor, date], Decision]] = {
    "reword": may_reword,
    "redraft": may_redraft,
    "check": may_check,
    "submit": may_submit,
    "review": may_review,
    "send": may_send_back,
    "publish": may_publish,
    "correct": may_correct,
    "withdraw": may_withdraw,
}
_WAITING = ("submit", "review", "send", "publish")
# What waits, said of one and of several.
_TITLES = {
    "answer": (
        "release with tables of your own data to read before they are published",
        "releases with tables of your own data to read before they are published",
    ),
    "nation": (
        "release of which your nation has not said whether it may count your children",
        "releases of which your nation has not said whether they may count your children",
    ),
    "review": ("release to review", "releases to review"),
    "check": ("release of yours to check", "releases of yours to check"),
    "submit": (
        "checked draft of yours to hand to reviewers",
        "checked drafts of yours to hand to reviewers",
    ),
    "send": (
        "approved release to send to the data owners",
        "approved releases to send to the data owners",
    ),
    "publish": ("release ready to publish", "releases ready to publish"),
}


OWN, PUBLISHED = "own", "published"
"""Whether a named figure is one of an owner's own numbers, or stands in what would be published."""


def published() -> QuerySet[Release]:
    """What the public may read now, the newest first; nothing of a pilot."""
    rows = Release.objects.filter(state=ReleaseState.PUBLISHED.value, pilot=False)
    return rows.order_by("-published_at")


def withdrawn() -> QuerySet[Release]:
    """What the public could read once and no longer may, the newest withdrawal first."""
    return Release.objects.filter(
        state=ReleaseState.WITHDRAWN.value, published_at__isnull=False, pilot=False
    ).order_by("-withdrawn_at")


def visible(who: Actor, on: date, reading: facts.Reading | None = None) -> list[Release]:
    """The releases that someone may see before the public does, the newest first.

    Only those of an organization that they act for are fetched, unless their role reaches
    every one; the rules then say yes or no to each.
    """
    rows = Release.objects.select_related("organization", "author")
    if reached(Action.VIEW_RELEASE, who, frozenset(), on) is None:
        own = who.organizations(on)
        theirs = Q(organization__slug__in=own) | Q(send_backs__organization__slug__in=own)
        asked = facts.nations().filter(slug__in=own).exists()
        rows = rows if asked else rows.filter(theirs | Q(pk__in=_owned(own))).distinct()
    read = reading or facts.Reading()
    return [row for row in rows if may_view_release(read.release(row), who, on).allowed]


def corrections(release: Release, who: Actor, on: date) -> list[Release]:
    """The corrections of a release that were not given up, as far as someone may see them."""
    rows = release.corrections.exclude(state=ReleaseState.WITHDRAWN.value)
    read = facts.Reading()
    return [row for row in rows if may_view_release(read.release(row), who, on).allowed]


def doors(
    release: Release, who: Actor, on: date, reading: facts.Reading | None = None
) -> dict[str, Decision]:
    """What may be done with a release now, each with its reasons."""
    fact = (reading or facts.Reading()).release(release)
    return {name: ask(fact, who, on) for name, ask in _DOORS.items()}


def reviews(release: Release, who: Actor) -> list[Review]:
    """The verdicts of this round: a reviewer's own, and everyone's once two are in."""
    found = list(release.reviews.filter(round=release.round).select_related("reviewer"))
    if verdicts_open(facts.release(release).reviews):
        return found
    return [review for review in found if str(review.reviewer_id) == who.id]


def send_backs(release: Release) -> list[SendBack]:
    """The owners asked in this round, with their answers."""
    return list(release.send_backs.filter(round=release.round).select_related("organization"))


def own_send_back(
    release: Release, who: Actor, on: date, reading: facts.Reading | None = None
) -> SendBack | None:
    """The one that waits for this person's answer, if any."""
    fact = (reading or facts.Reading()).release(release)
    return next(
        (s for s in send_backs(release) if may_answer(fact, s.organization.slug, who, on).allowed),
        None,
    )


@dataclass(frozen=True, slots=True)
class Nation:
    """One tribal nation on record, and its last word on a release, if it has said one."""

    organization: Organization
    word: NationWord | None


def nations(release: Release) -> list[Nation]:
    """Every nation on record, whether or not a child of it is in any record: who is asked tells
    nothing of whose children there are."""
    last = {word.nation_id: word for word in release.nation_words.select_related("said_by")}
    return [Nation(one, last.get(one.pk)) for one in facts.nations()]


def own_nations(
    release: Release, who: Actor, on: date, reading: facts.Reading | None = None
) -> list[Organization]:
    """The nations for which this person may answer about a release."""
    fact = (reading or facts.Reading()).release(release)
    return [
        one
        for one in facts.nations().filter(slug__in=who.organizations(on))
        if may_answer_as_nation(fact, partners.organization(one), who, on).allowed
    ]


def refusal_of_nations(release: Release, who: Actor, on: date) -> Decision:
    """Why somebody may answer for no nation."""
    own = Organization.objects.filter(slug__in=who.organizations(on)).order_by("slug").first()
    mine = partners.organization(own) if own else OrganizationFact("", OrganizationKind.VENDOR)
    return may_answer_as_nation(facts.release(release), mine, who, on)


def figures(release: Release) -> list[Figures]:
    """Each outcome as it would be published; empty before the check."""
    if not release.protected:
        return []
    held = released.read(open_storehouse(), FileRef.parse(release.protected))
    found = (of_outcome(held.cells, outcome, held.names) for outcome in release.outcomes)
    return [one for one in found if one.years]


def own_figures(release: Release, owner: str) -> list[Figures]:
    """What an owner's rows alone come to, for each outcome that they can count; whoever shows it
    asks `may_view_own_figures` first. A release that was checked long ago has none."""
    mine = release.own.get(owner)
    if mine is None or not release.protected:
        return []
    store = open_storehouse()
    names = released.read(store, FileRef.parse(release.protected)).names
    found = []
    for outcome, ref in mine["counted"].items():
        rows, definition = store.read(FileRef.parse(ref)).to_pylist(), catalogue()[outcome]
        asked = (outcome, rows, release.tables, release.years, names)
        together = release.together(outcome)
        if definition.measure:
            statistic = Statistic(release.statistic)
            found.append(own.measured(*asked, statistic, together=together))
        else:
            reached = own.tells(definition, mine["rows"])
            found.append(own.figures(*asked, reached=reached, together=together))
    return [one for one in found if one.years]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One figure that an owner called wrong, and what it says it should be."""

    row: WrongFigure
    owner: str
    figure: str
    own: bool
    reached: int | None
    children: int | None
    why: str
    amount: str = ""


def wrong_figures(sent: SendBack) -> list[Wrong]:
    """What one owner called wrong; whoever shows it has asked whether this person may read it."""
    seals = Seals.of_this_installation()
    return [
        Wrong(
            row=row,
            owner=sent.organization.name,
            figure=tables.said(row.figure[1], row.figure[2], _key(row.figure[3:])),
            own=row.figure[0] == OWN,
            **seals.open(row.said),
        )
        for row in sent.wrong_figures.order_by("pk")
    ]


def called_wrong(release: Release, who: Actor, on: date) -> list[Wrong]:
    """Every figure that an owner called wrong in this round, as far as someone may read it."""
    fact = facts.release(release)
    return [
        wrong
        for sent in send_backs(release)
        if may_view_wrong_figures(fact, sent.organization.slug, who, on).allowed
        for wrong in wrong_figures(sent)
    ]


def _key(words: list[str]) -> Key:
    district, school, race, gender = words
    return district, school, race, gender


def drafting_for(who: Actor, on: date) -> list[Organization]:
    """The organizations on whose behalf someone may begin a release."""
    return [
        organization
        for organization in Organization.objects.all()
        if may_open(Action.DRAFT_RELEASE, who, organization=organization.slug, on=on).allowed
        and who.organizations(on, Role.DATA_MANAGER, Role.ANALYST) >= {organization.slug}
    ]


def next_step(release: Release, who: Actor, on: date, reading: facts.Reading | None = None) -> str:
    """What waits for this person in a release: the name of a door, or nothing."""
    read = reading or facts.Reading()
    if own_send_back(release, who, on, read):
        return "answer"
    if _nation_waits(release, who, on, read):
        return "nation"
    may = doors(release, who, on, read)
    mine = str(release.author_id) == who.id
    checked = release.state == ReleaseState.CHECKED.value and not must_check_again(
        read.release(release), on
    )
    if mine and may["check"].allowed and not checked:
        return "check"
    return next((n for n in _WAITING if may[n].allowed and (mine or n != "submit")), "")


def _nation_waits(release: Release, who: Actor, on: date, read: facts.Reading) -> bool:
    """Whether a nation for which this person answers has said nothing yet of what is on its way."""
    if release.state == ReleaseState.PUBLISHED.value:
        return False
    said = set(release.nation_words.values_list("nation_id", flat=True))
    return any(one.pk not in said for one in own_nations(release, who, on, read))


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What waits in this room for a person, for their home page."""
    if not may_open(Action.VIEW_RELEASE, who, on=on).allowed:
        return []
    rows: dict[str, list[Release]] = {}
    read = facts.Reading()
    for release in visible(who, on, read):
        rows.setdefault(next_step(release, who, on, read), []).append(release)
    return list(_told(rows, who, on, read))


def _told(
    rows: dict[str, list[Release]], who: Actor, on: date, read: facts.Reading
) -> Iterator[Waiting]:
    for step, (one, many) in _TITLES.items():
        found = rows.get(step, [])
        if not found:
            continue
        title = ngettext(one, many, len(found))
        url, due = reverse("releases:list"), None
        if step == "answer":
            asked = [s for s in (own_send_back(r, who, on, read) for r in found) if s]
            due = min(s.due_on for s in asked)
            url = reverse("releases:send_back", args=[asked[0].pk]) if len(asked) == 1 else url
        elif step == "nation" and len(found) == 1:
            url = reverse("releases:nation", args=[found[0].pk])
        elif len(found) == 1:
            url = reverse("releases:detail", args=[found[0].pk])
        yield Waiting(count=len(found), title=title, url=url, due=due)


def _owned(organizations: frozenset[str]) -> list[int]:
    """The releases in whose lineage an organization is an owner of the data."""
    today = timezone.localdate()
    return [
        row.pk
        for row in Release.objects.only("pk", "agreements")
        if organizations & agreed.owners(row.agreements, today)
    ]


def files() -> Iterator[str]:
    """Every file in the storehouse that this room points at, as ``zone/digest``."""
    kept = Release.objects.values_list("counted", "own", "protected", "released")
    for counted, owners, *others in kept:
        yield from (*counted.values(), *filter(None, others))
        for mine in owners.values():
            yield from mine["counted"].values()
