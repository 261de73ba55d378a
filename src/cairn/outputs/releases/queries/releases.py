"""Read releases, limited to what the user may see, and list the user's next steps."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cairn.governance.partners.api import Organization, load_organization_fact
from cairn.outputs.releases import facts
from cairn.outputs.releases.models import NationWord, Release, Review, SendBack
from cairn.platform.inbox.api import InboxTask
from cairn.policy import questions
from cairn.policy.checks import are_verdicts_open
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, OrganizationFact, ReleaseFact
from cairn.policy.vocabulary import Action, OrganizationKind, PartyRole, ReleaseState, Role

__all__ = [
    "explain_nation_refusal",
    "list_answerable_nations",
    "list_drafting_organizations",
    "list_partner_releases",
    "list_published_releases",
    "list_release_tasks",
    "list_visible_releases",
    "list_withdrawn_releases",
]

_ACTION_QUESTIONS: dict[str, Callable[[ReleaseFact, Actor, date], Decision]] = {
    "reword": questions.may_reword_release,
    "redraft": questions.may_redraft_release,
    "check": questions.may_audit_release,
    "submit": questions.may_submit_release,
    "review": questions.may_review_release,
    "send": questions.may_preview_release_to_owners,
    "publish": questions.may_publish_release,
    "correct": questions.may_correct_release,
    "withdraw": questions.may_withdraw_release,
}

_FINISHED_STATES = (ReleaseState.PUBLISHED.value, ReleaseState.WITHDRAWN.value)
_TASK_ACTIONS = ("submit", "review", "send", "publish")
_AUTHOR_STEPS = ("check", "submit")

# Task titles, singular and plural, and about how many minutes one takes.
_TASK_TITLES = {
    "answer": (
        "release with your data to preview",
        "releases with your data to preview",
        20,
    ),
    "nation": (
        "release that needs your Tribal nation's decision",
        "releases that need your Tribal nation's decision",
        20,
    ),
    "review": ("release to review", "releases to review", 20),
    "check": (
        "release of yours that needs a disclosure check",
        "releases of yours that need a disclosure check",
        5,
    ),
    "submit": (
        "checked draft of yours to submit for review",
        "checked drafts of yours to submit for review",
        10,
    ),
    "send": (
        "approved release to send to the data owners",
        "approved releases to send to the data owners",
        5,
    ),
    "publish": ("release ready to publish", "releases ready to publish", 5),
}


def list_published_releases() -> QuerySet[Release]:
    """List the releases that the public may read now, without those of pilots or for one partner.

    Returns:
        The releases, newest first.
    """
    rows = _select_public_releases().filter(state=ReleaseState.PUBLISHED.value)
    return rows.order_by("-published_at", "-pk")


def list_withdrawn_releases() -> QuerySet[Release]:
    """List the releases that were public and were withdrawn. Others are left out as above.

    Returns:
        The releases, newest withdrawal first.
    """
    return (
        _select_public_releases()
        .filter(state=ReleaseState.WITHDRAWN.value, published_at__isnull=False)
        .order_by("-withdrawn_at")
    )


def list_partner_releases(actor: Actor, on: date) -> QuerySet[Release]:
    """List the published releases for one partner that a user may read now.

    Policy is asked about each once more when it is shown (`may_view_partner_release`).

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        The releases, newest first, without those of pilots.
    """
    rows = _select_releases_for(questions.find_released_audiences(actor, on))
    found = rows.filter(state=ReleaseState.PUBLISHED.value, pilot=False, audience__isnull=False)
    return found.select_related("audience").order_by("-published_at", "-pk")


def _select_public_releases() -> QuerySet[Release]:
    """Select the releases that a reader without an account may know of, published or not."""
    audiences = questions.find_released_audiences(Actor.public(), timezone.localdate())
    return _select_releases_for(audiences).filter(pilot=False)


def _select_releases_for(audiences: questions.OrganizationScope) -> QuerySet[Release]:
    """Select the releases for the public, and those for partners in reach of a reader."""
    if audiences.every:
        return Release.objects.all()
    return Release.objects.filter(
        Q(audience__isnull=True) | Q(audience__slug__in=audiences.organizations)
    )


def filter_visible_releases(actor: Actor, on: date) -> QuerySet[Release]:
    """Narrow releases to those that a user may see before publication, in the database.

    The same answer as `may_view_release` for each release: its organization, the owners of its
    data, and every tribal nation on record may see it. Only the references of agreements are read
    of a release that is of another organization.

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        The query of releases, newest first, with organization and author.
    """
    rows = Release.objects.select_related("organization", "author", "audience", "renewal")
    scope = questions.find_viewable_releases(actor, on)
    nations = facts.find_tribal_nations().filter(slug__in=scope.organizations)
    if scope.every or nations.exists():
        return rows
    return rows.filter(
        Q(organization__slug__in=scope.organizations)
        | Q(pk__in=_find_owned_releases(scope.organizations))
    )


def list_visible_releases(actor: Actor, on: date) -> list[Release]:
    """List the releases that a user may see before publication.

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        The releases, newest first.
    """
    return list(filter_visible_releases(actor, on))


def list_releases_in_progress(
    actor: Actor, on: date, loader: facts.ReleaseFactLoader
) -> list[tuple[Release, str]]:
    """List the releases that a user may see and that can still have a next step, with that step.

    Nothing is left to do with a release that is published or withdrawn.

    Args:
        actor: the user.
        on: the day of the decision.
        loader: a fact loader to share with other questions of the same page.
    Returns:
        Pairs of a release and the name of the user's next step, an empty string for none.
    """
    rows = list(filter_visible_releases(actor, on).exclude(state__in=_FINISHED_STATES))
    loader.load_releases(rows)
    return [(row, find_next_release_step(row, actor, on, loader)) for row in rows]


def list_release_corrections(release: Release, actor: Actor, on: date) -> list[Release]:
    """List the corrections of a release that were not abandoned and that the user may see."""
    rows = filter_visible_releases(actor, on).filter(corrects=release)
    return list(rows.exclude(state=ReleaseState.WITHDRAWN.value))


def decide_release_actions(
    release: Release, actor: Actor, on: date, loader: facts.ReleaseFactLoader | None = None
) -> dict[str, Decision]:
    """Return the decision on each action on a release, by name of the action."""
    fact = (loader or facts.ReleaseFactLoader()).load_release(release)
    return {name: question(fact, actor, on) for name, question in _ACTION_QUESTIONS.items()}


def list_release_reviews(release: Release, actor: Actor) -> list[Review]:
    """List the verdicts of this round: the reviewer's own, and all of them once two are in."""
    round_reviews = list(release.reviews.filter(round=release.round).select_related("reviewer"))
    if are_verdicts_open(facts.load_release_fact(release).reviews):
        return round_reviews
    return [review for review in round_reviews if str(review.reviewer_id) == actor.id]


def find_own_send_back(
    release: Release, actor: Actor, on: date, loader: facts.ReleaseFactLoader | None = None
) -> SendBack | None:
    """Find the send-back that waits for this user's answer, if any."""
    fact_loader = loader or facts.ReleaseFactLoader()
    fact = fact_loader.load_release(release)
    return next(
        (
            send_back
            for send_back in fact_loader.list_send_backs(release)
            if questions.may_answer_release_preview(
                fact, send_back.organization.slug, actor, on
            ).allowed
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class NationAnswerStatus:
    """Hold one tribal nation on record with its newest decision on a release, if there is one."""

    organization: Organization
    word: NationWord | None


def list_nation_statuses(release: Release) -> list[NationAnswerStatus]:
    """List every tribal nation on record, with its decision on a release.

    A nation is listed whether or not any record is of its children, so the list does not reveal
    which nations' children there are.
    """
    newest_decisions = {
        decision.nation_id: decision for decision in release.nation_words.select_related("said_by")
    }
    return [
        NationAnswerStatus(nation, newest_decisions.get(nation.pk))
        for nation in facts.find_tribal_nations()
    ]


def list_answerable_nations(
    release: Release, actor: Actor, on: date, loader: facts.ReleaseFactLoader | None = None
) -> list[Organization]:
    """List the tribal nations for which this user may decide about a release.

    Args:
        release: the release.
        actor: the user.
        on: the day of the decision.
        loader: a fact loader to share with other questions of the same page.
    Returns:
        The nations, ordered by name.
    """
    fact_loader = loader or facts.ReleaseFactLoader()
    fact, own_organizations = fact_loader.load_release(release), actor.list_organizations(on)
    return [
        nation
        for nation in fact_loader.nations
        if nation.slug in own_organizations
        and questions.may_decide_for_nation(fact, load_organization_fact(nation), actor, on).allowed
    ]


def explain_nation_refusal(release: Release, actor: Actor, on: date) -> Decision:
    """Explain why a user may not decide for any tribal nation.

    Args:
        release: the release.
        actor: the user.
        on: the day of the decision.
    Returns:
        The refusal, for the user's first organization.
    """
    own_organization = (
        Organization.objects.filter(slug__in=actor.list_organizations(on)).order_by("slug").first()
    )
    organization_fact = (
        load_organization_fact(own_organization)
        if own_organization
        else OrganizationFact("", OrganizationKind.VENDOR)
    )
    return questions.may_decide_for_nation(
        facts.load_release_fact(release), organization_fact, actor, on
    )


def list_drafting_organizations(actor: Actor, on: date) -> list[Organization]:
    """List the organizations for which a user may begin a release.

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        The organizations.
    """
    return [
        organization
        for organization in Organization.objects.all()
        if questions.may_open_page(
            Action.DRAFT_RELEASE, actor, organization=organization.slug, on=on
        ).allowed
        and actor.list_organizations(on, Role.DATA_MANAGER, Role.ANALYST) >= {organization.slug}
    ]


def find_next_release_step(
    release: Release, actor: Actor, on: date, loader: facts.ReleaseFactLoader | None = None
) -> str:
    """Find the user's next step with a release: the name of an action, or an empty string."""
    fact_loader = loader or facts.ReleaseFactLoader()
    if find_own_send_back(release, actor, on, fact_loader):
        return "answer"
    if _has_undecided_nation(release, actor, on, fact_loader):
        return "nation"
    fact = fact_loader.load_release(release)

    def is_allowed(action: str) -> bool:
        return _ACTION_QUESTIONS[action](fact, actor, on).allowed

    is_author = str(release.author_id) == actor.id
    is_checked = release.state == ReleaseState.CHECKED.value and not questions.must_repeat_audit(
        fact, on
    )
    if is_author and not is_checked and is_allowed("check"):
        return "check"
    return next(
        (
            action
            for action in _TASK_ACTIONS
            if (is_author or action != "submit") and is_allowed(action)
        ),
        "",
    )


def _has_undecided_nation(
    release: Release, actor: Actor, on: date, loader: facts.ReleaseFactLoader
) -> bool:
    """Return whether a nation for which this user decides has not decided yet."""
    if release.state == ReleaseState.PUBLISHED.value:
        return False
    decided_nations = {word.nation for word in loader.load_release(release).words}
    return any(
        nation.slug not in decided_nations
        for nation in list_answerable_nations(release, actor, on, loader)
    )


def list_release_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List the user's tasks with releases, for the home page.

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        One entry for each kind of next step, with count, link and due date.
    """
    if not questions.may_open_page(Action.VIEW_RELEASE, actor, on=on).allowed:
        return []
    rows: dict[str, list[Release]] = {}
    loader = facts.ReleaseFactLoader()
    for release, step in list_releases_in_progress(actor, on, loader):
        # What a renewal drafted has a task of its own (`list_renewal_tasks`).
        if not (release.renewed_term and step in _AUTHOR_STEPS):
            rows.setdefault(step, []).append(release)
    return list(_build_release_tasks(rows, actor, on, loader))


def _build_release_tasks(
    rows: dict[str, list[Release]], actor: Actor, on: date, loader: facts.ReleaseFactLoader
) -> Iterator[InboxTask]:
    for step, (singular, plural, minutes) in _TASK_TITLES.items():
        releases = rows.get(step, [])
        if not releases:
            continue
        title = ngettext(singular, plural, len(releases))
        url, due = reverse("releases:list"), None
        if step == "answer":
            send_backs = [
                send_back
                for send_back in (
                    find_own_send_back(release, actor, on, loader) for release in releases
                )
                if send_back
            ]
            due = min(facts.load_preview_clock(send_back).due_on for send_back in send_backs)
            url = (
                reverse("releases:send_back", args=[send_backs[0].pk])
                if len(send_backs) == 1
                else url
            )
        elif step == "nation" and len(releases) == 1:
            url = reverse("releases:nation", args=[releases[0].pk])
        elif len(releases) == 1:
            url = reverse("releases:detail", args=[releases[0].pk])
        keys = tuple(facts.build_task_key(step, release.pk, release.round) for release in releases)
        yield InboxTask(
            count=len(releases),
            title=title,
            url=url,
            due=due,
            minutes=minutes,
            keys=keys,
            silence_counts=step == "answer",
        )


def _find_owned_releases(organizations: frozenset[str]) -> list[int]:
    """Return the ids of releases that use data of these organizations."""
    agreements_by_release = dict(Release.objects.values_list("pk", "agreements"))
    references = {name for names in agreements_by_release.values() for name in names}
    owned_references = {
        terms.reference
        for terms in facts.load_lineage(references)
        if not organizations.isdisjoint(terms.list_organizations(PartyRole.PROVIDER))
    }
    return [
        pk for pk, names in agreements_by_release.items() if not owned_references.isdisjoint(names)
    ]


def list_release_files() -> Iterator[str]:
    """List every file in the store that releases point to.

    Returns:
        File references, as `zone/digest`.
    """
    stored_refs = Release.objects.values_list("counted", "own", "protected", "released")
    for counted, counts_by_owner, *others in stored_refs:
        yield from (*counted.values(), *filter(None, others))
        for owner_counts in counts_by_owner.values():
            yield from owner_counts["counted"].values()
