"""Check whether an agreement is valid: term, signatures, legal basis, and what it rests on."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial

from cairn.policy.checks.agreements.agreement_chain import list_referenced_agreements
from cairn.policy.checks.agreements.agreement_signatures import check_signatures
from cairn.policy.checks.projects.pilot import check_pilot_status_above
from cairn.policy.coverage import check_legal_basis
from cairn.policy.engine import Reason, Rule
from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.law.cards.governance import agreement_validity as agreement_validity_cards
from cairn.policy.lint import find_open_law_findings
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    AgreementState,
    AgreementTier,
    LegalBasis,
    Outcome,
    PartyRole,
)

# A terminated agreement runs through its notice period: its last day decides, not its state.
_VALID_STATES = frozenset({AgreementState.SIGNED, AgreementState.TERMINATED})


def require_valid_agreement(
    agreement: AgreementFact, visited: tuple[str, ...] = ()
) -> tuple[Rule, ...]:
    """Build the rules by which an agreement is in force on a date.

    They check state, term, parties, signatures, legal basis, retention, every agreement that it
    rests
    on, and that no finding of law is open.

    Args:
        agreement: the agreement, with ``above`` resolved.
        visited: references that led here, so that a circle is reported as one.
    Returns:
        The rules.
    """
    rules: tuple[Callable[[AgreementFact, date], Iterable[Reason]], ...] = (
        _check_agreement_state,
        _check_term,
        _check_not_terminated,
        _check_parties,
        check_signatures,
        check_legal_basis,
        _check_retention,
        _check_no_open_findings,
        check_pilot_status_above,
    )
    return (
        *(partial(rule, agreement) for rule in rules),
        partial(_check_agreements_above, agreement, (*visited, agreement.reference)),
    )


def _check_term(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    agreement_fact = ("agreement", agreement.reference)
    starts = ("starts", agreement.starts.isoformat())
    start_effect = Outcome.ALLOW if agreement.starts <= on else Outcome.DENY
    yield Reason(cards.STARTED, start_effect, (agreement_fact, starts, ("on", on.isoformat())))
    if agreement.ends is None:
        yield Reason(cards.NO_END, Outcome.DENY, (agreement_fact,))
        return
    end_effect = Outcome.ALLOW if on <= agreement.ends else Outcome.DENY
    open_end = agreement.ends == UNTIL_TERMINATED
    last_day = "its termination" if open_end else agreement.ends.isoformat()
    yield Reason(cards.ENDED, end_effect, (agreement_fact, ("ends", last_day)))


def _check_not_terminated(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    if agreement.terminated_on is not None and agreement.terminated_on <= on:
        termination_fact = ("terminated", agreement.terminated_on.isoformat())
        yield Reason(
            cards.TERMINATED, Outcome.DENY, (("agreement", agreement.reference), termination_fact)
        )


def _check_agreement_state(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if agreement.state in _VALID_STATES else Outcome.DENY
    state = agreement.state.value.replace("_", " ")
    yield Reason(
        agreement_validity_cards.SIGNED_STATE,
        effect,
        (("agreement", agreement.reference), ("state", state)),
    )


def _check_parties(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check that a party provides and a party receives; for a joinder, in the joined agreement."""
    agreement_fact = ("agreement", agreement.reference)
    whole = (agreement, *(part for part in agreement.above if part.reference == agreement.joins))
    for role, party_roles in (("provider", (PartyRole.PROVIDER,)), ("recipient", RECIPIENT_ROLES)):
        if not any(part.organizations(*party_roles) for part in whole):
            yield Reason(cards.PARTIES, Outcome.DENY, (agreement_fact, ("role", role)))


def _check_retention(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check that a retention period is set.

    An agreement that discloses nothing, and a joinder to one that sets a period, need none.
    """
    if agreement.basis is LegalBasis.NO_DISCLOSURE or agreement.tier is AgreementTier.JOINDER:
        return
    days = agreement.retention.period_days
    effect = Outcome.DENY if days is None else Outcome.ALLOW
    facts = (("agreement", agreement.reference), ("days", days or 0))
    yield Reason(cards.RETENTION, effect, facts, where=agreement.retention.clause)


def _check_agreements_above(
    agreement: AgreementFact, path: tuple[str, ...], on: date
) -> Iterator[Reason]:
    """Check that each agreement above is on record, in force, and not this one."""
    agreement_fact = ("agreement", agreement.reference)
    by_reference = {upper.reference: upper for upper in agreement.above}
    for name in list_referenced_agreements(agreement):
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            yield Reason(
                agreement_validity_cards.CIRCLE, Outcome.DENY, (agreement_fact, ("circle", circle))
            )
        elif name not in by_reference:
            yield Reason(
                agreement_validity_cards.REST_UNKNOWN,
                Outcome.DENY,
                (agreement_fact, ("other", name)),
            )
        elif name == agreement.amends:
            yield from _check_amended_agreement(agreement, by_reference[name])
        else:
            yield _check_agreement_above(agreement, by_reference[name], path, on)


def _check_agreement_above(
    agreement: AgreementFact, upper: AgreementFact, path: tuple[str, ...], on: date
) -> Reason:
    reasons = [reason for rule in require_valid_agreement(upper, path) for reason in rule(on)]
    missing = [reason.message for reason in reasons if reason.effect is not Outcome.ALLOW]
    facts = (
        ("agreement", agreement.reference),
        ("other", upper.reference),
        ("on", on.isoformat()),
        ("why", " ".join(missing)),
    )
    return Reason(
        agreement_validity_cards.REST_STANDS, Outcome.DENY if missing else Outcome.ALLOW, facts
    )


def _check_amended_agreement(agreement: AgreementFact, amended: AgreementFact) -> Iterator[Reason]:
    """Check that the amended agreement was in force when the amendment began.

    It may have ended since.
    """
    last_day = min(amended.ends or date.min, amended.terminated_on or date.max)
    if last_day < agreement.starts:
        facts = (
            ("agreement", agreement.reference),
            ("other", amended.reference),
            ("starts", agreement.starts.isoformat()),
            (
                "ended",
                "a day that it does not say" if amended.ends is None else last_day.isoformat(),
            ),
        )
        yield Reason(agreement_validity_cards.AMENDED_TOO_LATE, Outcome.DENY, facts)


def _check_no_open_findings(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check that no finding of law is open that the other rules do not report.

    Only counsel of an organization that owns the data can accept a finding, and only a finding of
    the
    linter: a criterion of the legal basis is met by its clause, not by a person's statement.
    """
    owners = agreement.organizations(PartyRole.PROVIDER)
    overrides = {
        entry.finding: entry
        for entry in agreement.overrides
        if entry.organization in owners
        and entry.by.strip()
        and entry.reason.strip()
        and entry.on <= on
    }
    for finding in find_open_law_findings(agreement, on):
        finding_facts = (("agreement", agreement.reference), ("finding", finding.key))
        if override := overrides.get(finding.key):
            details = (
                *finding_facts,
                ("by", override.by),
                ("on", override.on.isoformat()),
                ("reason", override.reason),
            )
            yield Reason(agreement_validity_cards.OVERRIDDEN, Outcome.ALLOW, details)
        else:
            details = (
                *finding_facts,
                ("citation", finding.citation),
                ("message", finding.message),
                ("instead", finding.instead),
            )
            yield Reason(agreement_validity_cards.FINDING, Outcome.DENY, details)
