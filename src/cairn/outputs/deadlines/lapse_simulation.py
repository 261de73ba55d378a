"""Simulate the end of an agreement: which uses of data stop, and which duties begin.

Each current use comes with the policy question that its own action asks.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.data.identity.api import LINKAGE_FIELDS
from cairn.data.intake import api as intake_api
from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.projects.api import load_project_facts
from cairn.governance.retention import api as retention_api
from cairn.outputs.releases.api import Release
from cairn.platform.storage.api import open_file_store
from cairn.policy import questions
from cairn.policy.checks import find_destruction_duties
from cairn.policy.engine import Decision
from cairn.policy.facts import (
    Actor,
    AgreementFact,
    DeliveryFact,
    DutyFact,
    Holding,
    ProjectFact,
    RowsFact,
)
from cairn.policy.law import SIGNED_FORM_BASES
from cairn.policy.vocabulary import DeliveryState, PartyRole, Purpose, ReleaseState
from cairn.warehouse.store import FileRef

_ACTIVE_DELIVERY_STATES = (
    DeliveryState.RECEIVED,
    DeliveryState.CONFORMING,
    DeliveryState.CONFORMED,
)


def load_agreements_by_reference(on: date) -> questions.AgreementsByReference:
    """Return every agreement on record, as in force on a date."""
    agreement_facts = load_agreement_facts(Agreement.objects.order_by("reference"), on)
    return {agreement_fact.reference: agreement_fact for agreement_fact in agreement_facts}


def list_agreement_uses(
    agreements_by_reference: questions.AgreementsByReference, on: date
) -> list[questions.DependentUse]:
    """List every current use of data: deliveries, matching, authorized projects and releases."""
    parties = {
        slug
        for agreement in agreements_by_reference.values()
        for slug in agreement.list_organizations(*PartyRole)
    }
    unrestricted_actor = questions.build_unobstructed_actor(parties)
    return [
        *_list_delivery_uses(agreements_by_reference, unrestricted_actor, on),
        *_list_project_uses(agreements_by_reference, unrestricted_actor, on),
        *_list_release_uses(agreements_by_reference, unrestricted_actor),
    ]


def _list_delivery_uses(
    agreements_by_reference: questions.AgreementsByReference, unrestricted_actor: Actor, on: date
) -> Iterator[questions.DependentUse]:
    """List the next delivery of each part of a feed, and the matching of its records.

    The next delivery is assumed to be like the newest.
    """
    newest: dict[tuple[str, str, str, str], intake_api.Delivery] = {}
    active_deliveries = intake_api.Delivery.objects.filter(
        state__in=_ACTIVE_DELIVERY_STATES, mapping__isnull=False
    )
    for row in active_deliveries.select_related("organization", "mapping").order_by(
        "received_at", "pk"
    ):
        newest[row.organization.slug, row.agreement_reference, row.feed, row.part] = row
    identifying_elements: dict[str, set[str]] = {}
    facts_by_agreement: dict[str, list[RowsFact]] = defaultdict(list)
    for row in newest.values():
        if row.agreement_reference not in agreements_by_reference:
            continue
        fact = intake_api.load_delivery_fact(row, agreements_by_reference[row.agreement_reference])
        values = {"organization": row.organization.name, "feed": row.feed_and_part}
        title = _("Data submission from %(organization)s: %(feed)s") % values
        address = reverse("intake:delivery", args=(row.pk,))
        rows_fact = _load_children_facts(row, agreements_by_reference[row.agreement_reference], on)
        facts_by_agreement[row.agreement_reference].append(rows_fact)
        yield questions.DependentUse(
            questions.DependentUseKind.DELIVERY,
            title,
            address,
            partial(_decide_receipt, fact, rows_fact, unrestricted_actor),
        )
        identifying = {
            element for element in fact.elements if element.partition(".")[2] in LINKAGE_FIELDS
        }
        identifying_elements.setdefault(row.agreement_reference, set()).update(identifying)
    for reference, elements in identifying_elements.items():
        if elements:
            title = _("Matching records received under %(agreement)s") % {"agreement": reference}
            question = partial(
                _decide_matching,
                reference,
                frozenset(elements),
                tuple(facts_by_agreement[reference]),
                unrestricted_actor,
            )
            yield questions.DependentUse(
                questions.DependentUseKind.LINK, title, reverse("linkage:summary"), question
            )


def _list_project_uses(
    agreements_by_reference: questions.AgreementsByReference, unrestricted_actor: Actor, on: date
) -> Iterator[questions.DependentUse]:
    """List each project with a valid authorization on the day."""
    for project in load_project_facts():
        authorization = project.authorization
        if (
            authorization is None
            or not questions.decide_authorization_in_force(project, unrestricted_actor, on).allowed
        ):
            continue
        if not set(authorization.agreements) <= set(agreements_by_reference):
            continue
        values = {"reference": project.reference, "title": project.title}
        title = _("Approved project %(reference)s: %(title)s") % values
        address = reverse("projects:detail", args=(project.reference, project.version))
        yield questions.DependentUse(
            questions.DependentUseKind.PROJECT,
            title,
            address,
            partial(_decide_project_work, project, unrestricted_actor),
        )


def _list_release_uses(
    agreements_by_reference: questions.AgreementsByReference, unrestricted_actor: Actor
) -> Iterator[questions.DependentUse]:
    """List each active release: new figures for it, or its publication."""
    inactive_states = (ReleaseState.WITHDRAWN, ReleaseState.CORRECTED)
    for row in Release.objects.exclude(state__in=inactive_states).order_by("pk"):
        if not set(row.agreements) <= set(agreements_by_reference):
            continue
        is_published = row.state == ReleaseState.PUBLISHED
        values = {"title": row.title}
        title = (
            _("New figures for %(title)s") if is_published else _("Publishing %(title)s")
        ) % values
        address = reverse("releases:detail", args=(row.pk,))
        question = partial(
            _decide_release_use, tuple(row.agreements), Purpose(row.purpose), unrestricted_actor
        )
        yield questions.DependentUse(questions.DependentUseKind.RELEASE, title, address, question)


def _load_children_facts(row: intake_api.Delivery, terms: AgreementFact, on: date) -> RowsFact:
    """Return the facts about a delivery's children, if its basis is written consent.

    For any other basis no child is looked up: the end of an agreement does not change opt-outs.
    """
    if terms.basis not in SIGNED_FORM_BASES:
        return intake_api.build_rows_fact(terms, {}, on)
    ids = intake_api.iterate_landed_local_ids(
        open_file_store(), FileRef.parse(row.landed), intake_api.parse_delivery_mapping(row)
    )
    return intake_api.build_rows_fact(terms, {row.organization.slug: ids}, on)


def _decide_receipt(
    fact: DeliveryFact,
    rows_fact: RowsFact,
    unrestricted_actor: Actor,
    agreements_by_reference: questions.AgreementsByReference,
    on: date,
) -> Decision:
    agreement = agreements_by_reference[fact.agreement_reference]
    return questions.may_receive_delivery(
        fact, agreement, unrestricted_actor, on, overdue=(), rows=(rows_fact,)
    )


def _decide_matching(
    reference: str,
    elements: frozenset[str],
    rows_facts: tuple[RowsFact, ...],
    unrestricted_actor: Actor,
    agreements_by_reference: questions.AgreementsByReference,
    on: date,
) -> Decision:
    agreement = agreements_by_reference[reference]
    return questions.may_match_records(
        [agreement], elements, unrestricted_actor, on, rows=rows_facts, pilot=bool(agreement.pilot)
    )


def _decide_project_work(
    project: ProjectFact,
    unrestricted_actor: Actor,
    agreements_by_reference: questions.AgreementsByReference,
    on: date,
) -> Decision:
    authorization = project.authorization
    agreement_facts = (
        [agreements_by_reference[name] for name in authorization.agreements]
        if authorization
        else []
    )
    return questions.may_rely_on_agreements(
        agreement_facts, project.purpose, unrestricted_actor, on
    )


def _decide_release_use(
    references: tuple[str, ...],
    purpose: Purpose,
    unrestricted_actor: Actor,
    agreements_by_reference: questions.AgreementsByReference,
    on: date,
) -> Decision:
    return questions.may_rely_on_agreements(
        [agreements_by_reference[name] for name in references], purpose, unrestricted_actor, on
    )


@dataclass(frozen=True, slots=True)
class LapseResult:
    """Hold what follows from the end of one agreement.

    `destroyed` are duties to destroy data that begin with it, or that it makes earlier. `resting`
    are the agreements that depend on it.
    """

    agreement: AgreementFact
    on: date
    stopped: tuple[questions.StoppedUse, ...]
    going_on: int
    destroyed: tuple[DutyFact, ...]
    resting: tuple[str, ...]


def list_lapse_choices(actor: Actor, on: date) -> list[AgreementFact]:
    """List the agreements that a user may simulate."""
    agreements_by_reference = load_agreements_by_reference(on)
    return [
        agreement_fact
        for agreement_fact in agreements_by_reference.values()
        if questions.may_view_agreement(agreement_fact, actor, on).allowed
    ]


def simulate_lapse(actor: Actor, reference: str, ends: date, today: date) -> LapseResult | None:
    """Simulate that an agreement no longer applies from a day on; None if it does not exist.

    Raises:
        Refused: the user may not read the agreement.
    """
    agreements_by_reference = load_agreements_by_reference(ends)
    chosen = agreements_by_reference.get(reference)
    if chosen is None:
        return None
    questions.may_view_agreement(chosen, actor, today).require()
    all_uses = list_agreement_uses(agreements_by_reference, ends)
    stopped = questions.find_stopped_uses(all_uses, agreements_by_reference, reference, ends)
    return LapseResult(
        agreement=chosen,
        on=ends,
        stopped=stopped,
        going_on=sum(use.ask(agreements_by_reference, ends).allowed for use in all_uses)
        - len(stopped),
        destroyed=_list_new_duties(agreements_by_reference, reference, ends),
        resting=tuple(
            sorted(
                name
                for name, agreement_fact in agreements_by_reference.items()
                if _depends_on(agreement_fact, reference)
            )
        ),
    )


def _list_new_duties(
    agreements_by_reference: questions.AgreementsByReference, reference: str, ends: date
) -> tuple[DutyFact, ...]:
    """List the duties that change with the agreement's end, without destructions begun."""
    begun_references = {
        name for row in retention_api.DestructionRun.objects.all() for name in row.references
    }
    holdings_by_agreement: dict[str, list[Holding]] = defaultdict(list)
    for holding in retention_api.list_holdings():
        if holding.reference not in begun_references:
            holdings_by_agreement[holding.agreement].append(holding)
    demands = [retention_api.build_demand_fact(row) for row in retention_api.find_active_demands()]
    revocations = retention_api.load_revocation_facts()
    lapsed_agreements = questions.expire_agreement(agreements_by_reference, reference, ends)
    # The question is asked for the next day, when the end has passed.
    new_duties: list[DutyFact] = []
    for name in sorted(holdings_by_agreement.keys() & agreements_by_reference.keys()):
        current_duties = find_destruction_duties(
            agreements_by_reference[name], holdings_by_agreement[name], demands, ends, revocations
        )
        later_duties = find_destruction_duties(
            lapsed_agreements[name],
            holdings_by_agreement[name],
            demands,
            _get_next_day(ends),
            revocations,
        )
        new_duties += [duty for duty in later_duties if duty not in current_duties]
    return tuple(new_duties)


def _get_next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _depends_on(agreement: AgreementFact, reference: str) -> bool:
    return any(
        parent.reference == reference or _depends_on(parent, reference)
        for parent in agreement.above
    )
