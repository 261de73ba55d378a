"""Gather the facts on record on a date for one policy question about a use of data."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Final, Protocol, TypeVar

from django.db.models import Q, QuerySet

from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.consents import providers
from cairn.governance.consents.annual_notice_facts import load_annual_notices
from cairn.governance.consents.facts import load_person_facts, map_child_organizations
from cairn.governance.consents.models.child import Child, RosterEntry
from cairn.governance.consents.school_year_choices import (
    compute_school_year,
    list_recent_school_years,
)
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.governance.partners import api as partners_api
from cairn.governance.projects.api import load_project_facts
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.policy import questions
from cairn.policy.checks import list_unassigned_students
from cairn.policy.coverage import list_terms_for_element
from cairn.policy.facts import (
    FIGURE_RELEASE_ACTIONS,
    Actor,
    AgreementFact,
    DataDictionaryFact,
    ElementAvailability,
    Facts,
    LocalPolicy,
    OnwardFact,
    PersonFact,
    UseRequest,
)
from cairn.policy.vocabulary import RECIPIENT_ROLES, Action, Level, PartyRole, Purpose
from cairn.warehouse.pipeline import UNKNOWN_STUDENT

__all__ = [
    "add_child_facts",
    "find_newest_year",
    "gather_use_facts",
    "list_program_uses",
    "list_roster_keys",
    "select_assigned_rows",
    "select_current_entries",
]


def list_onward_recipient_facts(agreements: Iterable[AgreementFact]) -> tuple[OnwardFact, ...]:
    """List the further recipients that data owners recorded by signing an agreement that names
    them.

    Each is listed from the day of the owner's own signature, never before (34 CFR
    99.33(b)(1)).

    Args:
        agreements: the agreement facts.

    Returns:
        One fact per agreement, owner, redisclosing party and further recipient.
    """
    return tuple(
        OnwardFact(
            agreement=terms.reference,
            owner=owner.organization,
            by=party,
            recipient=recipient.organization,
            interest=recipient.interest,
            listed_on=owner.signed_on,
        )
        for terms in agreements
        for recipient in terms.onward
        for owner in terms.parties
        if owner.role is PartyRole.PROVIDER and owner.signed_on is not None
        for party in sorted(terms.list_organizations(*RECIPIENT_ROLES))
    )


_LOCAL_POLICY: Final = LocalPolicy(
    standing_purposes=frozenset({Purpose.SERVICE_COORDINATION}),
    standing_figures=frozenset({Action.AGGREGATE, *FIGURE_RELEASE_ACTIONS}),
)
"""A program that coordinates services for the students of its agreement needs no project. Nor does
a release: the agreements behind its figures name the purpose."""


def gather_use_facts(
    actor: Actor,
    project: str,
    people: Iterable[str],
    on: date,
    *,
    year: str = "",
    viewer: str = "",
) -> Facts:
    """Gather everything on record for one question about a use of data.

    Args:
        actor: the policy facts about the person who asks.
        project: the project's reference, or empty.
        people: child keys.
        on: the date.
        year: the school year of the data; empty for the year of `on`.
        viewer: slug of the organization that would view the data on its screen and send nothing.
            Then its own duties alone are computed, and the other parties of its agreements alone
            are loaded: no check of a view reads more, and a page has 150 ms. Empty: any
            organization may receive the data.

    Returns:
        The facts.
    """
    facts = replace(
        _gather_shared_facts(viewer, on),
        projects=load_project_facts([project]) if project else (),
        actors=(actor,),
    )
    return add_child_facts(facts, people, on, year=year)


def add_child_facts(facts: Facts, people: Iterable[str], on: date, *, year: str = "") -> Facts:
    """Add the children to the facts for one question, which were gathered without any.

    Args:
        facts: the facts, with the one person who asks.
        people: child keys.
        on: the date.
        year: the school year of the data; empty for the year of `on`.

    Returns:
        The facts.
    """
    keys = frozenset(people)
    (actor,) = facts.actors
    return replace(
        facts,
        people=_load_people(keys, facts.agreements, year, on),
        program_sites=load_sites_of_people(actor, keys, on),
    )


@keep_while_rows_unchanged()
def _gather_shared_facts(viewer: str, on: date) -> Facts:
    """Gather what does not depend on the children, the project and the person who asks."""
    agreements = load_agreement_facts(Agreement.objects.order_by("reference"), on)
    rows = partners_api.Organization.objects.all()
    parties = frozenset[str]()
    if viewer:
        related = questions.select_viewer_agreements(agreements, viewer)
        parties = questions.list_viewer_parties(related, viewer)
        rows = rows.filter(slug__in=parties)
    return Facts(
        agreements=agreements,
        dictionaries=load_current_dictionaries(*sorted(parties)),
        organizations=tuple(
            replace(fact, overdue=providers.count_overdue_duties(fact.slug, on, agreements))
            if viewer in ("", fact.slug)
            else fact
            for fact in partners_api.load_organization_facts(rows)
        ),
        receivers=None if viewer else partners_api.load_receiver_facts(row.slug for row in rows),
        disclosed=list_onward_recipient_facts(agreements),
        orders=providers.load_court_orders(on),
        state_reviews=partners_api.load_state_reviews(),
        notices=load_annual_notices(),
        policy=_LOCAL_POLICY,
    )


def _load_people(
    keys: frozenset[str], agreements: Iterable[AgreementFact], year: str, on: date
) -> tuple[PersonFact, ...]:
    """Load the children; read their schooling only if some agreement limits its population."""
    people = load_person_facts(keys, on)
    if not any(terms.children and terms.children.needed_facts for terms in agreements):
        return people
    schooling_by_key = providers.load_schooling(map_child_organizations(keys))
    return tuple(
        providers.add_schooling_to_person(
            person, schooling_by_key.get(person.id, UNKNOWN_STUDENT), year, on
        )
        for person in people
    )


def list_roster_keys(row: partners_api.Organization, on: date) -> tuple[str, ...]:
    """List the keys of the children on a program's roster on a date.

    Args:
        row: the program's row.
        on: the date.

    Returns:
        Child keys, in the order of the roster.
    """
    entries = select_current_entries(row, on).order_by("pk")
    return tuple(entries.values_list("child__key", flat=True))


def select_current_entries(row: partners_api.Organization, on: date) -> QuerySet[RosterEntry]:
    """Select the entries of a program's roster that count on a date.

    Args:
        row: the program's row.
        on: the date.

    Returns:
        The entries.
    """
    is_current = Q(starts__lte=on) & (Q(ends__isnull=True) | Q(ends__gte=on))
    entries = RosterEntry.objects.filter(is_current, organization=row)
    return entries.select_related("child__organization", "organization")


def find_newest_year(
    elements: Iterable[str], on: date, dictionaries: Iterable[DataDictionaryFact] | None = None
) -> str:
    """Find the newest school year for which the data dictionaries have all of these elements.

    Args:
        elements: data elements (``record.field``).
        on: date of the use.
        dictionaries: the current data dictionaries; None reads them.

    Returns:
        The school year; that of the date if no dictionary has all of them.
    """
    current = load_current_dictionaries() if dictionaries is None else dictionaries
    wanted = frozenset(elements)
    known = [entry for item in current for entry in item.elements if entry.name in wanted]
    for year in list_recent_school_years(on):
        available = {
            entry.name
            for entry in known
            if entry.check_years(year, year) is ElementAvailability.YES
        }
        if available == wanted:
            return year
    return compute_school_year(on)


def list_program_uses(
    organization: str,
    people: tuple[str, ...],
    action: Action,
    facts: Facts,
    on: date,
    *,
    with_own_records: bool = False,
) -> tuple[UseRequest, ...]:
    """List the uses that show an organization all elements of its agreements about its students.

    Roster and student page ask these, so that they show the same.

    Args:
        organization: slug of the organization that would see the data.
        people: child keys.
        action: viewing one student, or a list.
        facts: everything on record, with the one person who asks.
        on: date of the use.
        with_own_records: whether to ask also about what the organization itself provides.

    Returns:
        One use for each purpose and each newest school year of the data, in that order.
    """
    elements_by_use: dict[tuple[Purpose, str], set[str]] = defaultdict(set)
    roles = (*RECIPIENT_ROLES, PartyRole.PROVIDER) if with_own_records else RECIPIENT_ROLES
    for agreement in facts.agreements:
        if organization in agreement.list_organizations(*roles):
            for element in agreement.elements:
                year = _find_use_year(element, agreement, facts, on)
                for purpose in agreement.purposes:
                    elements_by_use[purpose, year].add(element)
    (actor,) = facts.actors
    return tuple(
        UseRequest(
            actor=actor.id,
            acting_for=organization,
            action=action,
            purpose=purpose,
            elements=frozenset(elements),
            level=Level.INDIVIDUAL,
            people=people,
            first_year=year,
            last_year=year,
        )
        for (purpose, year), elements in sorted(elements_by_use.items())
    )


def _find_use_year(element: str, agreement: AgreementFact, facts: Facts, on: date) -> str:
    """Find the newest school year for which to ask about an element of an agreement.

    A file that brought the element shows that the owner has it: then the agreement alone limits the
    years, to which the rows are held one by one.
    """
    if element not in facts.received.get(agreement.reference, ()):
        return find_newest_year((element,), on, facts.dictionaries)
    this_year = compute_school_year(on)
    last_years = {
        term.last_year or this_year for term in list_terms_for_element(agreement, element)
    }
    return min(this_year, max(last_years, default=this_year))


def load_sites_of_people(actor: Actor, keys: Collection[str], on: date) -> providers.ProgramSites:
    """Load where children are enrolled, in the organizations in which assignments limit the person.

    Args:
        actor: the person.
        keys: child keys.
        on: the date.

    Returns:
        Programs and sites by child key; empty if nothing limits the person.
    """
    organizations = {
        item.organization
        for item in actor.assignments
        if questions.list_limiting_names(actor, (item.organization,), on) is not None
    }
    if not organizations:
        return {}
    return providers.load_program_sites(organizations, Child.objects.filter(key__in=keys), on)


class ChildRow(Protocol):
    """A row about one child."""

    @property
    def child(self) -> Child:
        """The child."""


Row = TypeVar("Row", bound=ChildRow)


def select_assigned_rows(rows: Iterable[Row], organization: str, who: Actor, on: date) -> list[Row]:
    """Select the rows about children that the person works with at an organization.

    Args:
        rows: rows about one child each.
        organization: slug of the organization that the person acts for.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The rows, in the order given; all of them if no assignment limits the person.
    """
    listed = list(rows)
    if questions.list_limiting_names(who, (organization,), on) is None:
        return listed
    children = {row.child.key: row.child for row in listed}
    sites = providers.load_program_sites((organization,), children.values(), on)
    unassigned = list_unassigned_students(children, sites, who, organization, on)
    return [row for row in listed if row.child.key not in unassigned]
