"""Check whether an agreement is valid: term, signatures, legal basis, and the chain it rests on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from cairn.policy.checks.projects.pilot import check_pilot_status_above
from cairn.policy.coverage import check_legal_basis
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact, Party
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.lint import find_open_law_findings, is_criterion_finding
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    AgreementState,
    AgreementTier,
    LegalBasis,
    Outcome,
    PartyRole,
    label_code,
)

__all__ = [
    "add_joined_parties",
    "check_agreement_reference",
    "find_agreement_circle",
    "list_referenced_agreements",
    "require_valid_agreement",
    "resolve_agreement_chain",
    "select_related_agreements",
]


def has_signed_text(party: Party, text_digest: str, on: date) -> bool:
    """Report whether a party's signature counts on a date for the text that has this sha256.

    A paper agreement on record has no digest; then the record itself is the signed text.
    """
    return _has_dated_signature(party, on) and party.signed_digest == text_digest


@policy_check(cards.SIGNED, cards.OTHER_TEXT)
def check_agreement_signatures(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that every party signed this text by the date: a named person in a named capacity."""
    reference, is_signed_by_all = agreement.reference, True
    for party in agreement.parties:
        if not _has_dated_signature(party, on):
            is_signed_by_all = False
            yield Reason.from_card(
                cards.SIGNED,
                met=False,
                agreement=reference,
                party=party.name,
                role=label_code(party.role),
                on=on.isoformat(),
            )
        elif not has_signed_text(party, agreement.text_digest, on):
            is_signed_by_all = False
            yield Reason.from_card(
                cards.OTHER_TEXT,
                met=False,
                agreement=reference,
                party=party.name,
            )
    if is_signed_by_all:
        yield Reason.from_card(cards.SIGNED, met=True, agreement=reference)


def _has_dated_signature(party: Party, on: date) -> bool:
    """Report whether a named person in a named capacity signed on or before the date."""
    has_signer = bool(party.signed_by.strip() and party.signed_capacity.strip())
    return has_signer and party.signed_on is not None and party.signed_on <= on


@policy_check(cards.REFERENCE_KNOWN)
def check_agreement_reference(on: date, reference: str, *, is_on_record: bool) -> Iterator[Reason]:
    """Check that the number of an agreement refers to one on record.

    Args:
        on: date of the check.
        reference: the number that was entered; empty if none was.
        is_on_record: whether an agreement has this number.
    Returns:
        One reason; none where no number was entered.
    """
    if reference:
        yield Reason.from_card(cards.REFERENCE_KNOWN, met=is_on_record, agreement=reference)


def list_referenced_agreements(agreement: AgreementFact) -> tuple[str, ...]:
    """List every other agreement that this one rests on, in the order of its text.

    Args:
        agreement: the agreement.
    Returns:
        References, each once.
    """
    mentioned = (*agreement.under, agreement.amends, agreement.joins)
    return tuple(dict.fromkeys(reference for reference in mentioned if reference))


def resolve_agreement_chain(
    agreement: AgreementFact, known: Mapping[str, AgreementFact], _path: tuple[str, ...] = ()
) -> AgreementFact:
    """Fill in the agreements that an agreement rests on, all the way up.

    An agreement that is missing stays out, and so does one that would close a circle: either way
    the agreement will not be in force.

    Args:
        agreement: the agreement.
        known: agreements by reference.
    Returns:
        The agreement with ``above`` filled.
    """
    visited = (*_path, agreement.reference)
    resolved_above = (
        known[name]
        for name in list_referenced_agreements(agreement)
        if name in known and name not in visited
    )
    return replace(
        agreement,
        above=tuple(resolve_agreement_chain(upper, known, visited) for upper in resolved_above),
    )


def find_agreement_circle(
    agreement: AgreementFact, known: Mapping[str, AgreementFact]
) -> tuple[str, ...]:
    """Find the references by which an agreement comes to rest on itself.

    Args:
        agreement: the agreement.
        known: agreements by reference.
    Returns:
        References of the circle, empty when there is none.
    """
    return next(_find_circles(agreement, known, ()), ())


def _find_circles(
    agreement: AgreementFact, known: Mapping[str, AgreementFact], visited: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    path = (*visited, agreement.reference)
    for name in list_referenced_agreements(agreement):
        if circle := find_closed_circle(path, name):
            yield circle
        elif name in known:
            yield from _find_circles(known[name], known, path)


def find_closed_circle(path: tuple[str, ...], reference: str) -> tuple[str, ...]:
    """Find the circle that a path of references closes with one more; empty if it closes none."""
    return (*path[path.index(reference) :], reference) if reference in path else ()


def add_joined_parties(
    base: AgreementFact, joinders: Iterable[AgreementFact], on: date
) -> AgreementFact:
    """Add to an agreement the parties that have joined it by a date, each by its own signature.

    Those who signed before sign nothing again; a joinder without signatures adds no party.

    Args:
        base: the agreement that is joined.
        joinders: agreements that may join it.
        on: the date.
    Returns:
        The agreement with the new parties.
    """
    own_joinders = (
        joinder
        for joinder in joinders
        if joinder.joins == base.whole_reference and joinder.starts <= on
    )
    signed_parties = (
        party
        for joinder in own_joinders
        for party in joinder.parties
        if has_signed_text(party, joinder.text_digest, on)
    )
    present = {(party.organization, party.role) for party in base.parties}
    newly_joined = {(party.organization, party.role): party for party in signed_parties}
    added = (
        _sign_base_text(base, party) for key, party in newly_joined.items() if key not in present
    )
    return replace(base, parties=(*base.parties, *added))


def _sign_base_text(base: AgreementFact, party: Party) -> Party:
    # The signer of a joinder signs the text that it joins.
    return replace(party, signed_digest=base.text_digest)


def find_original_owners(agreement: AgreementFact) -> frozenset[str]:
    """Find the owners of an agreement's data: providers that did not receive the data themselves.

    Args:
        agreement: the agreement, with ``above`` resolved.
    Returns:
        Slugs of the owners.
    """
    agreements_above = [item for upper in agreement.above for item in walk_agreement_chain(upper)]
    disclosing = [item for item in agreements_above if item.basis is not LegalBasis.NO_DISCLOSURE]
    receiving = frozenset(
        recipient for item in disclosing for recipient in item.list_organizations(*RECIPIENT_ROLES)
    )
    original = agreement.list_organizations(PartyRole.PROVIDER) - receiving
    return original.union(*(item.list_organizations(PartyRole.PROVIDER) for item in disclosing))


def select_related_agreements(
    agreements: Iterable[AgreementFact], reference: str
) -> tuple[AgreementFact, ...]:
    """Select one agreement with those that it depends on, and what amends or joins any of them.

    Args:
        agreements: agreements on record.
        reference: reference of the agreement.
    Returns:
        The agreements, in the order given; none if the agreement is not among them.
    """
    known = tuple(agreements)
    chosen = {reference, *(item.reference for item in known if item.part_of == reference)}
    size = 0
    while len(chosen) > size:
        size = len(chosen)
        # What amends or joins the whole agreement changes each part of it.
        wholes = {item.part_of for item in known if item.reference in chosen}
        for agreement in known:
            if agreement.reference in chosen:
                chosen.update(list_referenced_agreements(agreement))
            elif not (chosen | wholes - {""}).isdisjoint({agreement.amends, agreement.joins}):
                chosen.add(agreement.reference)
    return tuple(agreement for agreement in known if agreement.reference in chosen)


def walk_agreement_chain(agreement: AgreementFact) -> Iterator[AgreementFact]:
    """Yield an agreement and every agreement above it.

    Args:
        agreement: the agreement, with ``above`` resolved.
    Returns:
        The agreements, the given one first.
    """
    yield agreement
    for upper in agreement.above:
        yield from walk_agreement_chain(upper)


# A terminated agreement runs through its notice period: its last day decides, not its state.
_VALID_STATES = frozenset({AgreementState.SIGNED, AgreementState.TERMINATED})


def require_valid_agreement(
    agreement: AgreementFact, visited: tuple[str, ...] = ()
) -> tuple[BoundCheck, ...]:
    """List the checks by which an agreement is in force on a date.

    They are about its state, term, parties, signatures, legal basis, retention, open findings of
    law, pilot status, and every agreement that it rests on.

    Args:
        agreement: the agreement, with ``above`` resolved.
        visited: references that led here, so that a circle is reported as one.
    Returns:
        The checks.
    """
    return (
        check_agreement_signed(agreement),
        check_agreement_term(agreement),
        check_agreement_not_terminated(agreement),
        check_agreement_has_parties(agreement),
        check_agreement_signatures(agreement),
        check_legal_basis(agreement),
        check_retention_period(agreement),
        check_no_open_law_findings(agreement),
        check_pilot_status_above(agreement),
        check_agreements_above(agreement, (*visited, agreement.reference)),
    )


def is_agreement_in_force(agreement: AgreementFact, on: date) -> bool:
    """Tell whether every check of `require_valid_agreement` is met on a date.

    Args:
        agreement: the agreement, with ``above`` resolved.
        on: the date.
    Returns:
        True if it is in force.
    """
    reasons = [reason for check in require_valid_agreement(agreement) for reason in check.run(on)]
    return all(reason.effect is Outcome.ALLOW for reason in reasons)


@policy_check(cards.STARTED, cards.ENDED, cards.NO_END)
def check_agreement_term(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that the date lies in the term of the agreement, and that the term has an end."""
    reference, starts = agreement.reference, agreement.starts
    yield Reason.from_card(
        cards.STARTED,
        met=starts <= on,
        agreement=reference,
        starts=starts.isoformat(),
        on=on.isoformat(),
    )
    if agreement.ends is None:
        yield Reason.from_card(cards.NO_END, met=False, agreement=reference)
        return
    open_end = agreement.ends == UNTIL_TERMINATED
    last_day = "its termination" if open_end else agreement.ends.isoformat()
    yield Reason.from_card(
        cards.ENDED, met=on <= agreement.ends, agreement=reference, ends=last_day
    )


@policy_check(cards.TERMINATED)
def check_agreement_not_terminated(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that no termination has taken effect."""
    if agreement.terminated_on is not None and agreement.terminated_on <= on:
        yield Reason.from_card(
            cards.TERMINATED,
            met=False,
            agreement=agreement.reference,
            terminated=agreement.terminated_on.isoformat(),
        )


@policy_check(cards.SIGNED_STATE)
def check_agreement_signed(on: date, agreement: AgreementFact) -> Reason:
    """Check that the agreement is in a state in which it is signed by all parties."""
    state = label_code(agreement.state)
    return Reason.from_card(
        cards.SIGNED_STATE,
        met=agreement.state in _VALID_STATES,
        agreement=agreement.reference,
        state=state,
    )


@policy_check(cards.PARTIES)
def check_agreement_has_parties(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that a party provides and a party receives; for a joinder, in the joined agreement."""
    whole = (agreement, *(part for part in agreement.above if part.reference == agreement.joins))
    for role, party_roles in (("provider", (PartyRole.PROVIDER,)), ("recipient", RECIPIENT_ROLES)):
        if not any(part.list_organizations(*party_roles) for part in whole):
            yield Reason.from_card(
                cards.PARTIES, met=False, agreement=agreement.reference, role=role
            )


@policy_check(cards.RETENTION)
def check_retention_period(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that a retention period is set.

    An agreement that discloses nothing, and a joinder to one that sets a period, need none.
    """
    if agreement.basis is LegalBasis.NO_DISCLOSURE or agreement.tier is AgreementTier.JOINDER:
        return
    days = agreement.retention.period_days
    yield Reason.from_card(
        cards.RETENTION, met=days is not None, agreement=agreement.reference, days=days or 0
    ).at_clause(agreement.retention.clause)


@policy_check(
    cards.CIRCLE,
    cards.REST_UNKNOWN,
    cards.AMENDED_TOO_LATE,
    cards.REST_STANDS,
)
def check_agreements_above(
    on: date, agreement: AgreementFact, path: tuple[str, ...]
) -> Iterator[Reason]:
    """Check that each agreement above is on record, in force, and not this one."""
    reference = agreement.reference
    by_reference = {upper.reference: upper for upper in agreement.above}
    for name in list_referenced_agreements(agreement):
        if circle := find_closed_circle(path, name):
            circle_text = " → ".join(circle)
            yield Reason.from_card(cards.CIRCLE, met=False, agreement=reference, circle=circle_text)
        elif name not in by_reference:
            yield Reason.from_card(cards.REST_UNKNOWN, met=False, agreement=reference, other=name)
        elif name == agreement.amends:
            yield from _check_amended_agreement(agreement, by_reference[name])
        else:
            yield _check_agreement_above(agreement, by_reference[name], path, on)


def _check_agreement_above(
    agreement: AgreementFact, upper: AgreementFact, path: tuple[str, ...], on: date
) -> Reason:
    reasons = [reason for check in require_valid_agreement(upper, path) for reason in check.run(on)]
    missing = [reason.message for reason in reasons if reason.effect is not Outcome.ALLOW]
    return Reason.from_card(
        cards.REST_STANDS,
        met=not missing,
        agreement=agreement.reference,
        other=upper.reference,
        on=on.isoformat(),
        why=" ".join(missing),
    )


def _check_amended_agreement(agreement: AgreementFact, amended: AgreementFact) -> Iterator[Reason]:
    """Check that the amended agreement was in force when the amendment began.

    It may have ended since. An amendment may begin on the day of the termination itself.
    """
    end_day = min(amended.ends or date.min, amended.terminated_on or date.max)
    if end_day < agreement.starts:
        yield Reason.from_card(
            cards.AMENDED_TOO_LATE,
            met=False,
            agreement=agreement.reference,
            other=amended.reference,
            starts=agreement.starts.isoformat(),
            ended="an unknown date" if amended.ends is None else end_day.isoformat(),
        )


@policy_check(cards.OVERRIDDEN, cards.FINDING)
def check_no_open_law_findings(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that no finding of law is open that the other checks do not report.

    Only counsel of an organization that owns the data can accept a finding, and only a finding of
    the linter: a criterion of the legal basis is met by its clause, not by a person's statement.
    """
    owners = agreement.list_organizations(PartyRole.PROVIDER)
    overrides = {
        entry.finding: entry
        for entry in agreement.overrides
        if entry.organization in owners
        and entry.by.strip()
        and entry.reason.strip()
        and entry.on <= on
    }
    for finding in find_open_law_findings(agreement, on):
        override = None if is_criterion_finding(finding.key) else overrides.get(finding.key)
        if override is not None:
            yield Reason.from_card(
                cards.OVERRIDDEN,
                met=True,
                agreement=agreement.reference,
                finding=finding.key,
                by=override.by,
                on=override.on.isoformat(),
                reason=override.reason,
            )
        else:
            yield Reason.from_card(
                cards.FINDING,
                met=False,
                agreement=agreement.reference,
                finding=finding.key,
                citation=finding.citation,
                message=finding.message,
                instead=finding.instead,
            )
