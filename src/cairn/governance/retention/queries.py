"""Compute what must be destroyed on a date, limited to what the requester may see."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.agreements.api import Agreement, load_agreement_fact, load_agreement_facts
from cairn.governance.partners.api import Organization
from cairn.governance.retention import data_holders, facts
from cairn.governance.retention.data_holders import HoldingDetail
from cairn.governance.retention.models import Demand, DestructionRun
from cairn.platform.actions.api import keep_while_rows_unchanged, open_request_cache
from cairn.platform.audit.api import Work
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy import questions
from cairn.policy.checks import find_destruction_duties
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, AgreementFact, DutyFact, Holding
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    Action,
    DutyCause,
    DutyState,
    PartyRole,
)

__all__ = [
    "find_active_demands",
    "find_overdue_duties_of_recipients",
    "list_destruction_deadlines",
    "list_destruction_tasks",
    "list_duty_holdings",
    "list_interrupted_runs",
    "list_visible_duties",
    "load_agreement_terms",
]

_OPEN_RUN_STATES = (DutyState.RUNNING.value, DutyState.DISPUTED.value)


def load_agreement_terms(reference: str, on: date) -> AgreementFact:
    """Load the fact of the agreement with this reference.

    Args:
        reference: the agreement's reference.
        on: the date for which to resolve it.

    Returns:
        The agreement fact.

    Raises:
        Agreement.DoesNotExist: there is no such agreement.
    """
    return load_agreement_fact(Agreement.objects.get(reference=reference), on)


def compute_duties(on: date, agreements: QuerySet[Agreement] | None = None) -> tuple[DutyFact, ...]:
    """Compute the duties to destroy held data, earliest due date first.

    Holdings of a destruction that has begun are in `list_runs` instead.

    Args:
        on: the date.
        agreements: the agreements to consider; all if None.

    Returns:
        The duties.
    """
    holdings = _list_holdings_not_begun(_list_open_duties())
    if not holdings:
        return ()
    rows = (Agreement.objects.all() if agreements is None else agreements).filter(
        reference__in={holding.agreement for holding in holdings}
    )
    return _compute_duties_of(load_agreement_facts(rows, on), holdings, on)


def _list_open_duties() -> tuple[DutyFact, ...]:
    """List the duties with a destruction that has begun and is not certified."""
    rows = DestructionRun.objects.filter(state__in=_OPEN_RUN_STATES)
    return tuple(facts.build_duty_fact(row) for row in rows)


def _list_holdings_not_begun(
    begun: Iterable[DutyFact], agreements: frozenset[str] | None = None
) -> list[Holding]:
    begun_references = {reference for duty in begun for reference in duty.references}
    held = data_holders.list_holdings(agreements)
    return [holding for holding in held if holding.reference not in begun_references]


def _compute_duties_of(
    agreements: Iterable[AgreementFact], holdings: Iterable[Holding], on: date
) -> tuple[DutyFact, ...]:
    holdings_by_agreement: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        holdings_by_agreement[holding.agreement].append(holding)
    demands = [facts.build_demand_fact(row) for row in find_active_demands()]
    revocations = facts.load_revocation_facts()
    duty_facts = [
        duty
        for agreement_fact in agreements
        for duty in find_destruction_duties(
            agreement_fact,
            holdings_by_agreement[agreement_fact.reference],
            demands,
            on,
            revocations,
        )
    ]
    return tuple(sorted(duty_facts, key=lambda duty: (duty.due, duty.agreement, duty.owner)))


def lock_agreement_duties(reference: str) -> None:
    """Lock an agreement, so that no other transaction begins to carry out one of its duties.

    Args:
        reference: the agreement's reference.
    """
    Agreement.objects.select_for_update().get(reference=reference)


def find_due_references(reference: str, on: date) -> frozenset[str]:
    """Find the holdings under an agreement that must be destroyed and are not yet in a run.

    Args:
        reference: the agreement's reference.
        on: the date.

    Returns:
        References of the holdings.
    """
    duty_facts = compute_duties(on, Agreement.objects.filter(reference=reference))
    return frozenset(holding for duty in duty_facts for holding in duty.references)


def find_overdue_duties(
    organization: str, on: date, agreements: Iterable[AgreementFact] | None = None
) -> tuple[DutyFact, ...]:
    """Find what an organization should have destroyed by a date and has not.

    Args:
        organization: the organization's slug.
        on: the date.
        agreements: all agreements for that date, where the caller has loaded them: a page about
            one student has 150 ms, and loading them again takes a quarter of it.

    Returns:
        The overdue duties, begun ones first.
    """
    if agreements is None:
        return find_overdue_duties_of_recipients((organization,), on)
    own = [terms for terms in agreements if organization in _list_recipients(terms)]
    begun = _list_open_duties()
    holdings = _list_holdings_not_begun(begun, frozenset(terms.reference for terms in own))
    candidates = (*begun, *(_compute_duties_of(own, holdings, on) if holdings else ()))
    return tuple(
        duty for duty in candidates if organization in duty.holders and duty.is_overdue(on)
    )


def _list_recipients(terms: AgreementFact) -> frozenset[str]:
    return terms.list_organizations(*RECIPIENT_ROLES)


def find_overdue_duties_of_recipients(
    organizations: Iterable[str], on: date
) -> tuple[DutyFact, ...]:
    """Find what any of these recipients should have destroyed by a date and has not.

    Args:
        organizations: slugs of the recipients.
        on: the date.

    Returns:
        The overdue duties, begun ones first.
    """
    holders = frozenset(organizations)
    begun_duties = _list_open_duties()
    agreements = Agreement.objects.filter(parties__slug__in=holders).distinct()
    candidate_duties = (*begun_duties, *compute_duties(on, agreements))
    return tuple(
        duty for duty in candidate_duties if holders & {*duty.holders} and duty.is_overdue(on)
    )


def count_open_duties(reference: str, on: date) -> int:
    """Count the unsettled duties of an agreement; it can close only when there are none.

    Args:
        reference: the agreement's reference.
        on: the date.

    Returns:
        The number of duties.
    """
    rows = Agreement.objects.filter(Q(reference=reference) | Q(whole__reference=reference))
    runs = DestructionRun.objects.filter(agreement__in=rows.values("reference"))
    unsettled = runs.exclude(state=DutyState.ACCEPTED.value).count()
    return unsettled + len(compute_duties(on, rows))


def may_close_settled_agreement(reference: str, who: Actor, on: date) -> Decision:
    """Decide whether an agreement may be closed, given its open duties.

    Args:
        reference: the agreement's reference.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The decision.
    """
    return questions.may_close_agreement(
        load_agreement_terms(reference, on), count_open_duties(reference, on), who, on
    )


def find_active_demands() -> QuerySet[Demand]:
    """Find the demands that no owner has withdrawn.

    Returns:
        The query of demands.
    """
    rows = Demand.objects.filter(taken_back_at__isnull=True)
    return rows.select_related("owner", "demanded_by")


def list_visible_duties(who: Actor, on: date) -> tuple[DutyFact, ...]:
    """List the duties that a person may see, earliest due date first.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The duties.

    Raises:
        Refused: the person may not see duties.
    """
    questions.may_open_destruction_list(who, on).require()
    visible = set(_list_visible_agreement_references(who, on))
    return tuple(duty for duty in _compute_all_duties(on) if duty.agreement in visible)


@keep_while_rows_unchanged()
def _compute_all_duties(on: date) -> tuple[DutyFact, ...]:
    """Compute the duties under every agreement, the same for every user."""
    return compute_duties(on)


def list_destruction_runs(who: Actor, on: date) -> list[DestructionRun]:
    """List the destruction runs of the agreements that a person may see, newest first.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The runs.

    Raises:
        Refused: the person may not see duties.
    """
    questions.may_open_destruction_list(who, on).require()
    rows = DestructionRun.objects.filter(agreement__in=_list_visible_agreement_references(who, on))
    return list(rows.select_related("begun_by", "answered_by"))


def list_interrupted_runs(who: Actor, on: date) -> list[DestructionRun]:
    """List the visible destruction runs that were begun and that no worker carries out.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The runs, newest first.

    Raises:
        Refused: the person may not see duties.
    """
    busy = {work.subject for work in Work.objects.filter(kind="destroy") if work.is_busy}
    return [
        run
        for run in list_destruction_runs(who, on)
        if run.state == DutyState.RUNNING.value and f"destruction:{run.pk}" not in busy
    ]


def may_withdraw_demand(demand: Demand, who: Actor, on: date) -> Decision:
    """Decide whether a person may withdraw a demand: the same people who may make it.

    Args:
        demand: the demand's row.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The decision.
    """
    agreement = load_agreement_terms(demand.agreement, on)
    return questions.may_demand_destruction(
        agreement, demand.owner.slug, max(demand.due_on, on), who, on
    )


def list_visible_demands(who: Actor, on: date) -> list[Demand]:
    """List the active demands that a person may see.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The demands.

    Raises:
        Refused: the person may not see duties.
    """
    questions.may_open_destruction_list(who, on).require()
    return list(
        find_active_demands().filter(agreement__in=_list_visible_agreement_references(who, on))
    )


def _list_visible_agreement_references(who: Actor, on: date) -> list[str]:
    return [terms.reference for terms in _list_visible_agreements(who, on)]


def _list_visible_agreements(who: Actor, on: date) -> tuple[AgreementFact, ...]:
    """List the agreements with duties that a person may see; a page that only reads asks once."""
    listed = open_request_cache("agreements with visible duties")
    key = (who.id, on)
    if key not in listed:
        listed[key] = tuple(
            terms
            for terms in load_agreement_facts(Agreement.objects.all(), on)
            if questions.may_view_agreement_duties(terms, who, on).allowed
        )
    agreements: tuple[AgreementFact, ...] = listed[key]
    return agreements


def find_visible_duty(
    agreement: str, owner: str, cause: DutyCause, due: date, who: Actor, on: date
) -> DutyFact | None:
    """Find the duty with this agreement, owner, cause and due date.

    Args:
        agreement: the agreement's reference.
        owner: the owner's slug.
        cause: why the data must be destroyed.
        due: the last day on which it may be held.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The duty, or None if there is none that the person may see.
    """
    return next(
        (
            duty
            for duty in list_visible_duties(who, on)
            if (duty.agreement, duty.owner, duty.cause, duty.due) == (agreement, owner, cause, due)
        ),
        None,
    )


def list_duty_holdings(duty: DutyFact) -> list[HoldingDetail]:
    """List everything that a duty covers, with its files.

    Args:
        duty: the duty.

    Returns:
        The details of each holding.
    """
    return data_holders.describe_holdings(duty.references)


def list_demandable_data(who: Actor, on: date) -> list[tuple[AgreementFact, Organization]]:
    """List the agreements and owners for which a person may demand destruction now.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        Pairs of agreement and owner.
    """
    owners = {row.slug: row for row in Organization.objects.all()}
    return [
        (terms, owners[slug])
        for terms in load_agreement_facts(Agreement.objects.order_by("reference"), on)
        for slug in sorted(terms.list_organizations(PartyRole.PROVIDER) & set(owners))
        if questions.may_demand_destruction(terms, slug, on, who, on).allowed
    ]


def list_destruction_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List overdue and demanded duties for those who destroy, and certificates for the owner.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        One task per kind of work.
    """
    if not questions.may_open_page(Action.VIEW_DUTIES, who, on=on).allowed:
        return []
    own_duties = _select_own_duties(list_visible_duties(who, on), who, on)
    overdue_duties = [duty for duty in own_duties if duty.is_overdue(on)]
    demanded_duties = [
        duty for duty in own_duties if duty.state is DutyState.DEMANDED and not duty.is_overdue(on)
    ]
    certified_runs = [
        row
        for row in list_destruction_runs(who, on)
        if questions.may_accept_certificate(row.owner, DutyState(row.state), who, on).allowed
    ]
    tasks = []
    if overdue_duties:
        title = ngettext(
            "overdue data destruction", "overdue data destructions", len(overdue_duties)
        )
        tasks.append(
            _build_destruction_task(
                _build_duty_keys("overdue", overdue_duties),
                title,
                min(duty.due for duty in overdue_duties),
                minutes=30,
            )
        )
    if demanded_duties:
        title = ngettext(
            "data destruction requested by owner",
            "data destructions requested by owners",
            len(demanded_duties),
        )
        tasks.append(
            _build_destruction_task(
                _build_duty_keys("demanded", demanded_duties),
                title,
                min(duty.due for duty in demanded_duties),
                minutes=30,
            )
        )
    if certified_runs:
        title = ngettext(
            "certificate of destruction to accept",
            "certificates of destruction to accept",
            len(certified_runs),
        )
        keys = tuple(f"certificate:{row.pk}" for row in certified_runs)
        tasks.append(_build_destruction_task(keys, title, None, minutes=5))
    return tasks


def _select_own_duties(duties: Iterable[DutyFact], who: Actor, on: date) -> list[DutyFact]:
    """Select the duties that a person may carry out, with the same number of queries for any."""
    found = list(duties)
    rows = list(Agreement.objects.filter(reference__in={duty.agreement for duty in found}))
    own_references = {
        row.reference
        for row, terms in zip(rows, load_agreement_facts(rows, on), strict=True)
        if questions.may_destroy_data(terms, who, on).allowed
    }
    return [duty for duty in found if duty.agreement in own_references]


def _build_duty_keys(kind: str, duties: list[DutyFact]) -> tuple[str, ...]:
    return tuple(
        f"destruction.{kind}:{duty.agreement}:{duty.owner}:{duty.cause.value}:{duty.due}"
        for duty in duties
    )


def _build_destruction_task(
    keys: tuple[str, ...], title: str, due: date | None, *, minutes: int
) -> InboxTask:
    address = reverse("retention:list")
    return InboxTask(count=len(keys), title=title, url=address, due=due, minutes=minutes, keys=keys)


def list_destruction_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the duties that a person may see and that fall due by a date, for a calendar.

    Args:
        who: the policy facts about the person.
        on: the first day.
        until: the last day.

    Returns:
        The deadlines.
    """
    if not questions.may_open_page(Action.VIEW_DUTIES, who, on=on).allowed:
        return []
    names = dict(Organization.objects.values_list("slug", "name"))
    return [
        Deadline(
            on=duty.due,
            what=_("Destroy data of %(owner)s under %(agreement)s")
            % {"owner": names.get(duty.owner, duty.owner), "agreement": duty.agreement},
            kind=DeadlineKind.DESTRUCTION,
            organization=min(duty.holders, default=""),
            address=reverse("retention:list"),
        )
        for duty in list_visible_duties(who, on)
        if duty.due <= until
    ]
