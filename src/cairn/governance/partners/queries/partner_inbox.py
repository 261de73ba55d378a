"""List a person's tasks about access requirements, and the deadlines of organizations."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.partners.facts import load_security_facts
from cairn.governance.partners.models import Affiliation, Organization, StateReview
from cairn.governance.partners.queries import security_status
from cairn.governance.partners.queries.state_law import (
    find_current_reviews,
    find_state_name,
    needs_state_review,
)
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor, OrganizationSecurity
from cairn.policy.law import STATE_PACKS, STUDENT_DATA_ROLES, StatePack
from cairn.policy.questions import find_organization_scope, list_missing_clearance
from cairn.policy.vocabulary import Action

__all__ = ["list_partner_deadlines", "list_partner_tasks"]


def list_partner_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List what a person must still learn or sign, and their organizations that are not cleared.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The tasks.
    """
    tasks = []
    own_steps = list_missing_clearance(who, on)
    if own_steps:
        title = ngettext(
            "access requirement to complete before you can see student records",
            "access requirements to complete before you can see student records",
            len(own_steps),
        )
        address, keys = reverse("training:mine"), ("own_access_requirements",)
        tasks.append(InboxTask(len(own_steps), title, address, minutes=20, keys=keys))
    for row in _list_own_organizations(who, on):
        refused = security_status.decide_organization_clearance(who, row, on).refusals
        if refused:
            title = ngettext(
                "access requirement that %(name)s must complete",
                "access requirements that %(name)s must complete",
                len(refused),
            ) % {"name": row.name}
            address = reverse("partners:security", args=(row.slug,))
            keys = (f"access_requirements:{row.slug}",)
            tasks.append(InboxTask(len(refused), title, address, minutes=20, keys=keys))
    tasks += _list_state_review_tasks(who, on)
    tasks += [
        InboxTask(
            1,
            _("law of %(state)s to read again: ask counsel whether it has changed since %(day)s")
            % {"state": pack.name, "day": format_date(pack.reviewed_on)},
            address,
            due=pack.review_due,
            minutes=60,
            keys=(f"state_pack:{pack.state}:{pack.review_due}",),
        )
        for pack, address in _list_managed_packs(who, on)
        if pack.is_review_overdue(on)
    ]
    return tasks + _list_leaver_tasks(who, on)


def _list_state_review_tasks(who: Actor, on: date) -> list[InboxTask]:
    """Build a task for each data owner of a person in a state without a pack or a review."""
    rows = _filter_allowed(who, Action.REVIEW_STATE_LAW, on).filter(is_educational_agency=True)
    return [
        InboxTask(
            1,
            _("review of the law of %(state)s for %(name)s")
            % {"state": find_state_name(row.state), "name": row.name},
            reverse("partners:state_law", args=(row.slug,)),
            minutes=30,
            keys=(f"state_law:{row.slug}",),
        )
        for row in rows.exclude(state="")
        if needs_state_review(row, on)
    ]


def _list_managed_packs(who: Actor, on: date) -> list[tuple[StatePack, str]]:
    """List the state packs behind the data owners that a data manager registers, with a page."""
    rows = _filter_allowed(who, Action.CHANGE_PARTNERS, on).filter(
        is_educational_agency=True, state__in=STATE_PACKS
    )
    first_owners = {row.state: row for row in rows.order_by("-slug")}
    return [
        (STATE_PACKS[state], reverse("partners:state_law", args=(row.slug,)))
        for state, row in sorted(first_owners.items())
    ]


def _list_leaver_tasks(who: Actor, on: date) -> list[InboxTask]:
    """Build the task to notify agencies about people who lost access yesterday.

    The agencies are those with records that these people saw.
    """
    ended = Affiliation.objects.filter(
        ends=on - timedelta(days=1),
        role__in=STUDENT_DATA_ROLES,
        organization__in=_filter_allowed(who, Action.CHANGE_PEOPLE, on),
    )
    keys = tuple(f"person_left:{pk}" for pk in ended.values_list("pk", flat=True))
    count = len(keys)
    if not count:
        return []
    title = ngettext(
        "person left: notify the agencies that own the records they saw, within 24 hours",
        "people left: notify the agencies that own the records they saw, within 24 hours",
        count,
    )
    return [InboxTask(count, title, reverse("partners:people"), due=on, minutes=10, keys=keys)]


def list_partner_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List when training, assessments and plans expire, and notices about people who left.

    Args:
        who: the policy facts about the person.
        on: the first day.
        until: the last day.

    Returns:
        The deadlines, by date.
    """
    deadlines: list[Deadline] = []
    rows = list(_filter_allowed(who, Action.VIEW_CLEARANCE, on))
    trainees = security_status.list_trainees_by_organization(rows, on)
    reviews = find_current_reviews(rows, on)
    for row, security_fact in zip(rows, load_security_facts(rows), strict=True):
        deadlines += _training_deadlines(row, trainees[row.pk])
        deadlines += _security_deadlines(row, security_fact, reviews.get(row.pk))
    deadlines += [
        Deadline(
            entry.due,
            _("Notify the agencies that own records seen by people who left (people: %(n)s)")
            % {"n": entry.count},
            DeadlineKind.NOTICE,
            address=entry.url,
        )
        for entry in _list_leaver_tasks(who, on)
        if entry.due is not None
    ]
    deadlines += [
        Deadline(
            max(pack.review_due, on),
            _("The law of %(state)s has to be read again") % {"state": pack.name},
            DeadlineKind.SECURITY,
            address=address,
            detail=_("Cairn's rules of this state were read on %(day)s.")
            % {"day": format_date(pack.reviewed_on)},
        )
        for pack, address in _list_managed_packs(who, on)
    ]
    return sorted(
        (entry for entry in deadlines if on <= entry.on <= until), key=lambda entry: entry.on
    )


def _training_deadlines(
    row: Organization, trainees: Iterable[security_status.Trainee]
) -> Iterator[Deadline]:
    clearance_url = reverse("partners:clearance", args=(row.slug,))
    by_day: dict[date, int] = {}
    for trainee in trainees:
        if trainee.until is not None:
            by_day[trainee.until] = by_day.get(trainee.until, 0) + 1
    for day, person_count in by_day.items():
        what = _("Training at %(name)s expires (people: %(n)s)") % {
            "n": person_count,
            "name": row.name,
        }
        yield Deadline(day, what, DeadlineKind.TRAINING, row.slug, clearance_url)


def _security_deadlines(
    row: Organization, security_fact: OrganizationSecurity, review: StateReview | None
) -> Iterator[Deadline]:
    address = reverse("partners:security", args=(row.slug,))
    if security_fact.assessment_expires is not None:
        what = _("Security self-assessment of %(name)s expires") % {"name": row.name}
        yield Deadline(
            security_fact.assessment_expires, what, DeadlineKind.SECURITY, row.slug, address
        )
    if review is not None:
        what = _("Review of the law of %(state)s for %(name)s expires") % {
            "state": find_state_name(row.state),
            "name": row.name,
        }
        law_address = reverse("partners:state_law", args=(row.slug,))
        yield Deadline(review.expires_on, what, DeadlineKind.SECURITY, row.slug, law_address)
    bar_ends = {bar.until for bar in security_fact.owner_bars}
    if security_fact.barred_until is not None:
        bar_ends.add(security_fact.barred_until)
    for day in sorted(bar_ends):
        what = _("Bar on %(name)s ends (34 CFR 99.67)") % {"name": row.name}
        yield Deadline(day, what, DeadlineKind.SECURITY, row.slug, address)


def _list_own_organizations(who: Actor, on: date) -> QuerySet[Organization]:
    """Return the organizations at which this person's role includes security."""
    slugs = [
        slug
        for slug in who.list_organizations(on)
        if security_status.may_change_security(who, slug, on).allowed
    ]
    return Organization.objects.filter(slug__in=slugs)


def _filter_allowed(who: Actor, action: Action, on: date) -> QuerySet[Organization]:
    """Narrow organizations to those for which a person may take an action."""
    scope, rows = find_organization_scope(action, who, on), Organization.objects.all()
    return rows if scope.every else rows.filter(slug__in=scope.organizations)
