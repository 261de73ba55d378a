"""Collect and check what a use rests on: agreements, project, owners and receiver."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from cairn.policy.checks.access import SAFEGUARD_CARDS, check_organization_safeguards
from cairn.policy.checks.agreements.agreement_validity import (
    find_original_owners,
    require_valid_agreement,
    resolve_agreement_chain,
    walk_agreement_chain,
)
from cairn.policy.checks.agreements.amendments import apply_amendments
from cairn.policy.checks.agreements.commercial_use import (
    check_commercial_use,
    check_purpose_without_agreement,
)
from cairn.policy.checks.agreements.recipient_limits import (
    check_listed_access,
    check_processor_limits,
)
from cairn.policy.checks.data_use.directory_notice import check_official_notice
from cairn.policy.checks.data_use.state_law import require_state_law
from cairn.policy.checks.records.disclosure_log import is_onward_recipient_listed
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import (
    FIGURE_LEVELS,
    RECEIVERS_NOT_RECORDED,
    SENDING_ACTIONS,
    Actor,
    AgreementFact,
    DisclosureContext,
    Facts,
    OrganizationFact,
    PersonalDetermination,
    ProjectFact,
    UseRequest,
    expand_agreement_parts,
    find_bar_end,
)
from cairn.policy.law.cards.governance import access as access_cards
from cairn.policy.law.cards.governance import agreement as agreement_cards
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    Action,
    Channel,
    LegalBasis,
    Level,
    Outcome,
    PartyRole,
    label_code,
)

__all__ = [
    "UseContext",
    "build_disclosure_context",
    "build_use_context",
    "check_with_personal_answers",
    "require_emergency_parties",
    "require_use_agreements",
    "require_use_parties",
]


@dataclass(frozen=True)
class UseContext:
    """Everything that a use request names, looked up.

    A use with an ongoing purpose is authorized by the agreement itself: ``named`` then holds the
    receiver's agreements that allow it, since an agreement about something else neither helps nor
    harms. Where none allows it, ``named`` holds all of them, to show why.

    Args:
        request: the request.
        actor: the person.
        receiver: organization that would have the data, ``None`` if it is not on record.
        project: the project, if any.
        is_ongoing: whether the agreement itself authorizes the use, so that it needs no project: an
            ongoing purpose or figures (``LocalPolicy``), or an owner's own data submission.
        is_submission: whether an owner sends its own records to a recipient of its agreement.
        is_figure: whether it makes figures under the agreements alone.
        named: agreements that the use rests on as a whole.
        missing: references without an agreement on record.
        providers: owners of the data that are on record.
        first_year: first school year of the use.
        last_year: last school year of the use.
    """

    request: UseRequest
    actor: Actor
    receiver: OrganizationFact | None
    project: ProjectFact | None
    is_ongoing: bool
    is_submission: bool = False
    is_figure: bool = False
    named: tuple[AgreementFact, ...] = ()
    missing: tuple[str, ...] = ()
    providers: tuple[OrganizationFact, ...] = ()
    first_year: str = ""
    last_year: str = ""

    @cached_property
    def disclosing_agreements(self) -> tuple[AgreementFact, ...]:
        """Return the agreements that disclose data, and those above them, each once."""
        by_reference = {
            item.reference: item for top in self.named for item in walk_agreement_chain(top)
        }
        return tuple(
            item for item in by_reference.values() if item.basis is not LegalBasis.NO_DISCLOSURE
        )

    @cached_property
    def owners(self) -> frozenset[str]:
        """Return the organizations that own the data."""
        return frozenset(
            owner for item in self.disclosing_agreements for owner in find_original_owners(item)
        )


def build_use_context(request: UseRequest, facts: Facts, on: date) -> UseContext:
    """Look up everything that a use request names.

    Args:
        request: the request.
        facts: everything on record.
        on: date of the use.
    Returns:
        The context of the use.
    """
    project = facts.find_project(request.project)
    on_record = expand_agreement_parts(facts.agreements)
    amended = apply_amendments(on_record, on_record, on)
    agreements = {item.reference: item for item in amended}
    is_submission = _is_owner_submission(request, amended)
    is_standing = request.purpose in facts.policy.standing_purposes
    is_figure = (
        request.action in facts.policy.standing_figures
        and request.level in FIGURE_LEVELS
        and not request.project
    )
    is_ongoing = not request.project and (is_standing or is_figure or is_submission)
    use = UseContext(
        request,
        facts.find_actor(request.actor),
        facts.find_organization(request.receiver),
        project,
        is_ongoing,
        is_submission,
        is_figure,
        first_year=request.first_year,
        last_year=request.last_year,
    )
    authorization = project.authorization if project else None
    if is_ongoing:
        own_agreements = tuple(
            resolve_agreement_chain(item, agreements)
            for item in amended
            if (
                _covers_submission(item, request)
                if is_submission
                else _may_serve_ongoing_purpose(item, request.receiver)
            )
        )
        use = replace(use, named=_select_allowing_agreements(use, own_agreements, facts, on))
    elif authorization is not None:
        chain = tuple(
            resolve_agreement_chain(agreements[reference], agreements)
            for reference in authorization.agreements
            if reference in agreements
        )
        use = replace(
            use,
            named=chain,
            missing=tuple(
                reference for reference in authorization.agreements if reference not in agreements
            ),
            first_year=request.first_year or authorization.first_year,
            last_year=request.last_year or authorization.last_year,
        )
    return _add_providers(use, facts)


def _add_providers(use: UseContext, facts: Facts) -> UseContext:
    """Add the facts on record about each owner of the data."""
    providers = (facts.find_organization(slug) for slug in sorted(use.owners))
    return replace(use, providers=tuple(provider for provider in providers if provider is not None))


def _select_allowing_agreements(
    use: UseContext, own_agreements: tuple[AgreementFact, ...], facts: Facts, on: date
) -> tuple[AgreementFact, ...]:
    """Select the agreements without a refusal; else those that wait for a person; else all."""
    effects = {
        item.reference: _find_agreement_effects(use, item, facts, on) for item in own_agreements
    }
    unwanted_effects = (frozenset({Outcome.DENY, Outcome.NEEDS_PERSON}), frozenset({Outcome.DENY}))
    for unwanted in unwanted_effects:
        if selected := tuple(
            item for item in own_agreements if effects[item.reference].isdisjoint(unwanted)
        ):
            return selected
    return own_agreements


def _find_agreement_effects(
    use: UseContext, agreement: AgreementFact, facts: Facts, on: date
) -> set[Outcome]:
    """Find the effects of the checks of one agreement, with the answers of persons applied."""
    single_use = _add_providers(replace(use, named=(agreement,)), facts)
    answered = check_with_personal_answers(
        require_use_agreements(single_use, facts), facts, single_use.owners
    )
    return {reason.effect for reason in answered.run(on)}


def _may_serve_ongoing_purpose(agreement: AgreementFact, receiver: str) -> bool:
    """Tell whether an agreement gives data to an organization, or is about its own data.

    An agreement of a pilot gives nothing to an ongoing purpose: it covers no real child.
    """
    direct_parties = agreement.list_organizations(PartyRole.PROVIDER, *RECIPIENT_ROLES)
    discloses = agreement.basis is not LegalBasis.NO_DISCLOSURE
    return (
        discloses
        and not agreement.pilot
        and receiver in direct_parties | {recipient.organization for recipient in agreement.onward}
    )


def _is_owner_submission(request: UseRequest, agreements: Iterable[AgreementFact]) -> bool:
    """Tell whether an owner sends its own records to a recipient of an agreement with it.

    The agreement authorizes it; what the recipient then does with the records is a use of its own.
    """
    sends = request.action is Action.DELIVER and request.receiver != request.acting_for
    return (
        sends
        and not request.project
        and any(_covers_submission(agreement, request) for agreement in agreements)
    )


def _covers_submission(agreement: AgreementFact, request: UseRequest) -> bool:
    return (
        agreement.basis is not LegalBasis.NO_DISCLOSURE
        and not agreement.pilot
        and request.acting_for in agreement.list_organizations(PartyRole.PROVIDER)
        and request.receiver in agreement.list_organizations(*RECIPIENT_ROLES)
    )


def build_disclosure_context(use: UseContext, facts: Facts) -> DisclosureContext:
    """Build the context that law packs read beside the agreements.

    Args:
        use: context of the use.
        facts: everything on record.
    Returns:
        The disclosure context.
    """
    request = use.request
    return DisclosureContext(
        providers=use.providers,
        receiver=use.receiver,
        purpose=request.purpose,
        action=request.action,
        level=request.level,
        reported_on=facts.reported_on,
        state_reviews=facts.state_reviews,
    )


def require_use_parties(use: UseContext) -> tuple[BoundCheck, ...]:
    """List the checks of the person's organization and of the receiver.

    Args:
        use: context of the use.
    Returns:
        The checks.
    """
    return (check_acting_for(use), check_use_receiver(use))


def require_emergency_parties(use: UseContext, owners: frozenset[str]) -> tuple[BoundCheck, ...]:
    """List the checks of the person's organization and of the receiver in an emergency.

    Args:
        use: context of the use.
        owners: organizations that determined the emergency.
    Returns:
        The checks.
    """
    return (check_acting_for(use), check_emergency_receiver(use, owners))


def require_use_agreements(use: UseContext, facts: Facts) -> tuple[BoundCheck, ...]:
    """List the checks of the agreements behind a use, and the laws of the owners' states.

    Args:
        use: context of the use.
        facts: everything on record.
    Returns:
        The checks.
    """
    checks = [check_agreements_on_record(use)]
    if not use.disclosing_agreements:
        checks.append(check_purpose_without_agreement(use.request.purpose))
    for agreement in use.named:
        checks += require_valid_agreement(agreement)
    for agreement in use.disclosing_agreements:
        checks += [
            check_use_recipient(use, agreement, facts),
            check_listed_access(
                agreement,
                use.actor,
                frozenset({use.request.acting_for})
                & agreement.list_organizations(*RECIPIENT_ROLES),
            ),
            check_processor_limits(
                agreement, use.request.action, use.request.acting_for, use.request.receiver
            ),
            check_use_purpose(use, agreement),
            check_commercial_use(agreement, use.request.purpose, use.request.level, use.providers),
            check_basis_clause(agreement),
            check_official_notice(facts.notices, agreement),
            check_use_channel(use, agreement),
        ]
    return (
        *checks,
        check_receiver_safeguards(use, facts),
        check_owners_on_record(use),
        *require_state_law(use.disclosing_agreements, build_disclosure_context(use, facts)),
    )


@policy_check(cards.ACTING_FOR)
def check_acting_for(on: date, use: UseContext) -> Reason:
    """Check that the person has an active role at the organization they claim to act for."""
    slug = use.request.acting_for
    met = slug in use.actor.list_organizations(on)
    return Reason.from_card(cards.ACTING_FOR, met=met, organization=slug, on=on.isoformat())


@policy_check(cards.RECEIVER_KNOWN, cards.NOTHING_OVERDUE, access_cards.BARRED)
def check_use_receiver(on: date, use: UseContext) -> Iterator[Reason]:
    """Check that the receiver is known, not barred from the owners' records, and owes nothing."""
    slug, fact = use.request.receiver, use.receiver
    yield Reason.from_card(cards.RECEIVER_KNOWN, met=fact is not None, organization=slug)
    if fact is None:
        return
    until = find_bar_end(fact.barred_until, fact.owner_bars, use.owners, on)
    if until is not None:
        yield Reason.from_card(
            access_cards.BARRED, met=False, organization=slug, until=until.isoformat()
        )
    overdue = "unknown" if fact.overdue is None else str(fact.overdue)
    yield Reason.from_card(
        cards.NOTHING_OVERDUE, met=fact.overdue == 0, organization=slug, overdue=overdue
    )


_INDIVIDUAL_LEVELS: Final = frozenset({Level.INDIVIDUAL, Level.DE_IDENTIFIED})


@policy_check(*SAFEGUARD_CARDS, access_cards.RECEIVERS_UNKNOWN)
def check_receiver_safeguards(on: date, use: UseContext, facts: Facts) -> Iterator[Reason]:
    """Check that another organization that is sent records of individuals may hold them."""
    request, known = use.request, facts.receivers
    is_sent = request.action in SENDING_ACTIONS and request.receiver != request.acting_for
    is_asked = is_sent and request.level in _INDIVIDUAL_LEVELS
    if not is_asked or known == RECEIVERS_NOT_RECORDED:
        return
    if known is None:
        yield Reason.from_card(access_cards.RECEIVERS_UNKNOWN, met=False)
        return
    by_slug = {security.organization: security for security in known}
    for agreement in use.disclosing_agreements:
        if agreement.basis is not LegalBasis.PUBLIC_DATA:
            for owner in sorted(find_original_owners(agreement)):
                yield from check_organization_safeguards(
                    request.receiver, by_slug.get(request.receiver), agreement, owner
                ).run(on)


@policy_check(access_cards.BARRED)
def check_emergency_receiver(on: date, use: UseContext, owners: frozenset[str]) -> Iterator[Reason]:
    """Check that the receiver is not barred from the records of those who determined the emergency.

    It need not be registered: 34 CFR 99.36 allows any appropriate party.
    """
    fact = use.receiver
    if fact is None:
        return
    until = find_bar_end(fact.barred_until, fact.owner_bars, owners, on)
    if until is not None:
        yield Reason.from_card(
            access_cards.BARRED, met=False, organization=fact.slug, until=until.isoformat()
        )


@policy_check(agreement_cards.NONE, agreement_cards.REST_UNKNOWN)
def check_agreements_on_record(on: date, use: UseContext) -> Iterator[Reason]:
    """Check that an agreement discloses the data, and that every agreement named is on record."""
    if not use.disclosing_agreements:
        yield Reason.from_card(agreement_cards.NONE, met=False)
    for reference in use.missing:
        project = use.request.project
        yield Reason.from_card(
            agreement_cards.REST_UNKNOWN, met=False, agreement=project, other=reference
        )


@policy_check(cards.RECEIVER_KNOWN)
def check_owners_on_record(on: date, use: UseContext) -> Iterator[Reason]:
    """Check that each owner of the data is on record: its state decides which law applies."""
    on_record = {provider.slug for provider in use.providers}
    for slug in sorted(use.owners - on_record):
        yield Reason.from_card(cards.RECEIVER_KNOWN, met=False, organization=slug)


@policy_check(
    redisclosure_cards.RECIPIENT,
    redisclosure_cards.ONWARD,
    redisclosure_cards.ONWARD_LISTED,
    redisclosure_cards.ONWARD_INTEREST,
)
def check_use_recipient(
    on: date, use: UseContext, agreement: AgreementFact, facts: Facts
) -> Iterator[Reason]:
    """Check that the receiver is a recipient, or an allowed onward recipient (34 CFR 99.33)."""
    recipients = agreement.list_organizations(*RECIPIENT_ROLES)
    providers = agreement.list_organizations(PartyRole.PROVIDER)
    receiver, acting = use.request.receiver, use.request.acting_for
    recipient_facts = {
        "agreement": agreement.reference,
        "recipients": ", ".join(sorted(recipients)),
    }
    onward = next(
        (candidate for candidate in agreement.onward if candidate.organization == receiver), None
    )
    is_party = acting in recipients | providers or (acting == receiver and onward is not None)
    yield Reason.from_card(redisclosure_cards.RECIPIENT, met=is_party, **recipient_facts)
    if receiver in recipients | providers:
        return
    party = {"agreement": agreement.reference, "organization": receiver}
    has_clause = onward is not None and bool(onward.clause.strip())
    yield Reason.from_card(redisclosure_cards.ONWARD, met=has_clause, **party)
    is_listed = all(
        is_onward_recipient_listed(facts.disclosed, agreement.reference, owner, receiver, on)
        for owner in providers
    )
    yield Reason.from_card(redisclosure_cards.ONWARD_LISTED, met=is_listed, **party)
    interest = onward.interest.strip() if onward is not None else ""
    yield Reason.from_card(
        redisclosure_cards.ONWARD_INTEREST, met=bool(interest), said=interest, **party
    )


@policy_check(redisclosure_cards.USED_FOR)
def check_use_purpose(on: date, use: UseContext, agreement: AgreementFact) -> Reason:
    """Check that the agreement allows the purpose."""
    met = use.request.purpose in agreement.purposes
    purpose = label_code(use.request.purpose)
    return Reason.from_card(
        redisclosure_cards.USED_FOR, met=met, agreement=agreement.reference, purpose=purpose
    )


@policy_check(cards.ATTESTED)
def check_basis_clause(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that a clause shows the criteria; without one, a person must answer."""
    if not any(text.strip() for text in agreement.criteria.values()):
        return
    clause = agreement.basis_clause.strip()
    facts = (
        ("agreement", agreement.reference),
        ("clause", clause),
        ("about", agreement.reference),
    )
    yield Reason(cards.ATTESTED, Outcome.ALLOW if clause else Outcome.NEEDS_PERSON, facts)


@policy_check(agreement_cards.CHANNEL)
def check_use_channel(on: date, use: UseContext, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that sent records use a channel that the agreement names.

    An extract is not sent: its recipient downloads it from this site.
    """
    if use.request.action in SENDING_ACTIONS and not use.request.is_extract:
        channels = sorted(agreement.delivery.channels)
        requested = [label_code(channel) for channel in Channel if channel == use.request.channel]
        met = use.request.channel in channels
        channel_facts = {
            "agreement": agreement.reference,
            "channel": "".join(requested) or use.request.channel or "an unnamed transfer method",
        }
        yield Reason.from_card(
            agreement_cards.CHANNEL,
            met=met,
            allowed=" or ".join(map(label_code, channels)) or "an unnamed transfer method",
            **channel_facts,
        )


@policy_check(cards.ANSWERED)
def check_with_personal_answers(
    on: date, checks: Iterable[BoundCheck], facts: Facts, owners: frozenset[str]
) -> Iterator[Reason]:
    """Run checks, and take a named person's answer to each question that one leaves open.

    Args:
        on: date of the use.
        checks: the checks.
        facts: everything on record, with the answers of persons.
        owners: organizations that own the data; only their answers count.
    Returns:
        The reasons of the checks, each answered question as answered.
    """
    for reason in (reason for asked in checks for reason in asked.run(on)):
        is_open = reason.effect is Outcome.NEEDS_PERSON
        answer = _find_answer(reason, facts, owners, on) if is_open else None
        if answer is None:
            yield reason
        else:
            yield Reason.from_card(
                cards.ANSWERED,
                met=True,
                about=answer.about,
                organization=answer.organization,
                by=answer.by,
                on=answer.on.isoformat(),
                reason=answer.reason,
            )


def _find_answer(
    reason: Reason, facts: Facts, owners: frozenset[str], on: date
) -> PersonalDetermination | None:
    """Find a data owner's answer to the question that a reason asks."""
    about = str(dict(reason.facts).get("about", ""))
    return next(
        (
            candidate
            for candidate in facts.answers
            if (candidate.card, candidate.about) == (reason.code, about)
            and candidate.organization in owners
            and candidate.is_valid(on)
        ),
        None,
    )
