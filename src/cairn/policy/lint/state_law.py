"""Report that the law of a data owner's state is neither in Cairn nor reviewed by its counsel."""

from collections.abc import Iterator
from typing import Final

from cairn.policy.facts import select_state_review
from cairn.policy.law import RuleSource, needs_counsel_review
from cairn.policy.law.cards.legal_bases import state_law as cards
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import LegalBasis, Level, PartyRole

NOT_REVIEWED: Final = LintRule(
    "LS01",
    RuleSource.POLICY,
    cards.SILENT.citation,
    "The law of {state} is not reviewed for the records of {name}. Until then a person must decide "
    "about each use of student-level data.",
    "Ask counsel of {name} to answer the questions about the law of {state}, once.",
    blocks_use=True,
)

STATE_UNKNOWN: Final = LintRule(
    "LS02",
    RuleSource.POLICY,
    cards.UNKNOWN.citation,
    "The state of {name} is not on record, so that its law cannot be applied. No record may be "
    "used until it is.",
    "Enter the state on the page of {name}.",
    blocks_use=True,
)

ALL: Final = (NOT_REVIEWED, STATE_UNKNOWN)


def check_state_law(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each registered provider with a state without a pack and without a current review."""
    agreement, reviews = lint_input.agreement, lint_input.state_reviews
    shares_records = agreement.basis is not LegalBasis.NO_DISCLOSURE
    if reviews is None or not shares_records or agreement.level is not Level.INDIVIDUAL:
        return
    names = {
        party.organization: party.name or party.organization
        for party in agreement.parties
        if party.role is PartyRole.PROVIDER and party.organization in lint_input.states
    }
    for slug, name in names.items():
        state = lint_input.states[slug]
        if not state:
            yield STATE_UNKNOWN.make_finding(about=slug, name=name)
        elif needs_counsel_review(state) and not select_state_review(
            reviews, slug, state, lint_input.on
        ):
            yield NOT_REVIEWED.make_finding(about=slug, name=name, state=state)


def is_state_law_finding(finding: LintFinding) -> bool:
    """Report whether a finding is answered on the page about a data owner's state law.

    Args:
        finding: the finding; its ``about`` is the slug of the data owner.

    Returns:
        Whether it is.
    """
    return finding.id in {rule.id for rule in ALL}
