"""Reads of what must be destroyed, computed for a date and narrowed to who asks."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement as AgreementRow
from cairn.partners.due import Due, DueKind
from cairn.partners.models import Organization
from cairn.partners.waiting import Waiting
from cairn.retention import facts, keepers
from cairn.retention.keepers import Item
from cairn.retention.models import Demand, DestructionRun
from cairn.rules import duty as law
from cairn.rules import ending as law_of_ending
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.decision import Decision
from cairn.rules.duty import DutyFact, Holding, may_accept, may_open_duties
from cairn.rules.retention import may_destroy, may_view_duties
from cairn.rules.vocabulary import Action, DutyCause, DutyState, PartyRole

_OPEN = (DutyState.RUNNING.value, DutyState.DISPUTED.value)


def terms(reference: str, on: date) -> Agreement:
    """The agreement with this reference. Raises ``Agreement.DoesNotExist``."""
    return agreed.agreement(AgreementRow.objects.get(reference=reference), on)


def duties(on: date, among: QuerySet[AgreementRow] | None = None) -> tuple[DutyFact, ...]:
    """What is held and must be destroyed one day, the earliest first; of these agreements only,
    where some are given. What somebody has set about already is in `runs`."""
    held: dict[str, list[Holding]] = defaultdict(list)
    begun = {r for row in DestructionRun.objects.filter(state__in=_OPEN) for r in row.references}
    for holding in keepers.holdings():
        if holding.reference not in begun:
            held[holding.agreement].append(holding)
    rows = (AgreementRow.objects.all() if among is None else among).filter(reference__in=held)
    demands = [facts.demand(row) for row in standing_demands()]
    revoked = facts.revocations()
    found = [
        duty
        for agreement in agreed.agreements(rows, on)
        for duty in law.duties(agreement, held[agreement.reference], demands, on, revoked)
    ]
    return tuple(sorted(found, key=lambda duty: (duty.due, duty.agreement, duty.owner)))


def lock(reference: str) -> None:
    """Lets nobody else set about a duty of this agreement until the caller's transaction ends."""
    AgreementRow.objects.select_for_update().get(reference=reference)


def waiting_to_go(reference: str, on: date) -> frozenset[str]:
    """What is held under an agreement, must go one day, and nobody has set about."""
    found = duties(on, AgreementRow.objects.filter(reference=reference))
    return frozenset(held for duty in found for held in duty.references)


def overdue(organization: str, on: date) -> tuple[DutyFact, ...]:
    """What an organization should have destroyed by now and has not."""
    begun = [facts.duty(row) for row in DestructionRun.objects.filter(state__in=_OPEN)]
    with_it = AgreementRow.objects.filter(parties__slug=organization)
    mine = (*begun, *duties(on, with_it))
    return tuple(d for d in mine if organization in d.holders and d.overdue(on))


def overdue_of(organizations: Iterable[str], on: date) -> tuple[DutyFact, ...]:
    """What any of these recipients should have destroyed by now and has not."""
    found = {duty: None for one in sorted(set(organizations)) for duty in overdue(one, on)}
    return tuple(found)


def open_duties(reference: str, on: date) -> int:
    """How many duties of an agreement are not settled: it cannot be closed before they are."""
    runs = DestructionRun.objects.filter(agreement=reference)
    unsettled = runs.exclude(state=DutyState.ACCEPTED.value).count()
    return unsettled + len(duties(on, AgreementRow.objects.filter(reference=reference)))


def may_close(reference: str, who: Actor, on: date) -> Decision:
    """Whether an agreement may be closed for good now that its duties are settled."""
    return law_of_ending.may_close(terms(reference, on), open_duties(reference, on), who, on)


def standing_demands() -> QuerySet[Demand]:
    """The demands that no owner has taken back."""
    rows = Demand.objects.filter(taken_back_at__isnull=True)
    return rows.select_related("owner", "demanded_by")


def visible(who: Actor, on: date) -> tuple[DutyFact, ...]:
    """The duties that someone may see, the earliest due first. Raises `Refused`."""
    may_open_duties(who, on).require()
    seen = _visible_agreements(who, on)
    return duties(on, AgreementRow.objects.filter(reference__in=seen))


def runs(who: Actor, on: date) -> list[DestructionRun]:
    """What was set about, newest first, of the agreements that someone may see."""
    may_open_duties(who, on).require()
    rows = DestructionRun.objects.filter(agreement__in=_visible_agreements(who, on))
    return list(rows.select_related("begun_by", "answered_by"))


def may_take_back(demand: Demand, who: Actor, on: date) -> Decision:
    """Whether someone may take a demand back: whoever may make it."""
    agreement = terms(demand.agreement, on)
    return law.may_demand(agreement, demand.owner.slug, max(demand.due_on, on), who, on)


def demands(who: Actor, on: date) -> list[Demand]:
    """The standing demands that someone may see."""
    may_open_duties(who, on).require()
    return list(standing_demands().filter(agreement__in=_visible_agreements(who, on)))


def _visible_agreements(who: Actor, on: date) -> list[str]:
    every = agreed.agreements(AgreementRow.objects.all(), on)
    return [one.reference for one in every if may_view_duties(one, who, on).allowed]


def one(
    agreement: str, owner: str, cause: DutyCause, due: date, who: Actor, on: date
) -> DutyFact | None:
    """The duty that these four things name, if there is one that this person may see."""
    return next(
        (
            duty
            for duty in visible(who, on)
            if (duty.agreement, duty.owner, duty.cause, duty.due) == (agreement, owner, cause, due)
        ),
        None,
    )


def items(duty: DutyFact) -> list[Item]:
    """Everything that would go, with its files."""
    return [keepers.keeper_of(reference).item(reference) for reference in duty.references]


def demandable(who: Actor, on: date) -> list[tuple[Agreement, Organization]]:
    """The agreements and owners for which someone may demand destruction now."""
    owners = {row.slug: row for row in Organization.objects.all()}
    return [
        (terms, owners[slug])
        for terms in agreed.agreements(AgreementRow.objects.order_by("reference"), on)
        for slug in sorted(terms.organizations(PartyRole.PROVIDER) & set(owners))
        if law.may_demand(terms, slug, on, who, on).allowed
    ]


def waiting(who: Actor, on: date) -> list[Waiting]:
    """Duties that are overdue or demanded, for whoever may destroy; certificates, for the owner."""
    if not may_open(Action.VIEW_DUTIES, who, on=on).allowed:
        return []
    mine = [d for d in visible(who, on) if _may_destroy(d, who, on)]
    late = [d for d in mine if d.overdue(on)]
    asked = [d for d in mine if d.state is DutyState.DEMANDED and not d.overdue(on)]
    told = [
        row for row in runs(who, on) if may_accept(row.owner, DutyState(row.state), who, on).allowed
    ]
    found = []
    if late:
        title = ngettext("destruction that is overdue", "destructions that are overdue", len(late))
        found.append(_line(len(late), title, min(d.due for d in late)))
    if asked:
        title = ngettext(
            "destruction that an owner demands", "destructions that an owner demands", len(asked)
        )
        found.append(_line(len(asked), title, min(d.due for d in asked)))
    if told:
        title = ngettext(
            "destruction certificate to read and accept",
            "destruction certificates to read and accept",
            len(told),
        )
        found.append(_line(len(told), title, None))
    return found


def _may_destroy(duty: DutyFact, who: Actor, on: date) -> bool:
    return may_destroy(terms(duty.agreement, on), who, on).allowed


def _line(count: int, title: str, due: date | None) -> Waiting:
    return Waiting(count=count, title=title, url=reverse("retention:list"), due=due)


def due(who: Actor, on: date, until: date) -> list[Due]:
    """The duties that someone may see and that fall due from a date to another, for a calendar."""
    if not may_open(Action.VIEW_DUTIES, who, on=on).allowed:
        return []
    names = dict(Organization.objects.values_list("slug", "name"))
    return [
        Due(
            on=duty.due,
            what=_("Destruction of the data of %(owner)s under %(agreement)s")
            % {"owner": names.get(duty.owner, duty.owner), "agreement": duty.agreement},
            kind=DueKind.DESTRUCTION,
            organization=min(duty.holders, default=""),
            address=reverse("retention:list"),
        )
        for duty in visible(who, on)
        if duty.due <= until
    ]
