"""Check which people a use leaves out: by opt-outs, and by nations that have not approved it.

A nation decides about data of its children, no matter what agreement a school made. It approves one
release: what it counts, by which groups, for which years. It may set a condition first, and may
withdraw its approval for everything that is made later.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cairn.policy.checks.students.consent_status import (
    check_signer_holds_rights,
    have_rights_passed_to_student,
)
from cairn.policy.engine import ABOUT_PEOPLE, BoundCheck, PeopleAnswer, Reason, policy_check
from cairn.policy.facts import (
    AgreementFact,
    MemberFact,
    NationDecisionFact,
    OptOutFact,
    OrganizationFact,
    PersonFact,
)
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.governance import family as family_cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.outputs import release as cards
from cairn.policy.vocabulary import (
    LegalBasis,
    NationAnswer,
    OptOutScope,
    OrganizationKind,
    Outcome,
    ReleaseState,
    SignerRelation,
)

__all__ = [
    "check_nation_approval",
    "check_nation_conditions",
    "check_opt_outs_known",
    "check_release_not_withdrawn",
    "check_tribal_nation",
    "exclude_opted_out_people",
    "exclude_unapproved_members",
    "find_approving_nations",
    "require_opt_out_end_right",
]


def exclude_opted_out_people(
    opt_outs: Iterable[OptOutFact],
    agreements: Iterable[AgreementFact],
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Find the people who are left out of a use because their families opted out.

    A full opt-out always applies; a directory opt-out applies where an agreement rests on directory
    information. An opt-out leaves a child out of all ``elements``, no matter which ones.

    Args:
        opt_outs: current opt-outs; ``None`` if they were not looked up, which denies.
        agreements: facts of every agreement behind the use.
        elements: elements of the use.
        on: date of the use.
    Returns:
        The people left out, and one reason per scope.
    """
    current_opt_outs = tuple(opt_outs)
    uses_directory_basis = any(agreement.basis is LegalBasis.DIRECTORY for agreement in agreements)
    excluded: set[str] = set()
    reasons: list[Reason] = []
    for scope, card, applies in (
        (OptOutScope.ALL_DISCRETIONARY, cards.OPTED_OUT, True),
        (
            OptOutScope.DIRECTORY,
            ferpa_exceptions_cards.DIRECTORY_OPT_OUT,
            uses_directory_basis,
        ),
    ):
        people = sorted({opt_out.person for opt_out in current_opt_outs if opt_out.scope is scope})
        if people and applies:
            excluded.update(people)
            facts = (("n", len(people)),)
            reasons.append(
                Reason(card, Outcome.DENY, facts, about=ABOUT_PEOPLE, people=tuple(people))
            )
    return PeopleAnswer(dict.fromkeys(sorted(excluded), Outcome.DENY), reasons=tuple(reasons))


@policy_check(cards.OPT_OUTS_KNOWN)
def check_opt_outs_known(on: date, opt_outs: Iterable[OptOutFact] | None) -> Iterator[Reason]:
    """Check that opt-outs were looked up; ``None`` means they were not, which denies.

    Args:
        on: date of the check.
        opt_outs: current opt-outs; ``None`` if they were not looked up, which denies.
    Returns:
        A refusal if they were not.
    """
    if opt_outs is None:
        yield Reason.from_card(cards.OPT_OUTS_KNOWN, met=False)


def require_opt_out_end_right(
    made_by: str, signer: str, relation: SignerRelation, person: PersonFact
) -> tuple[BoundCheck, ...]:
    """List the checks of a signer who ends an opt-out: holder of the rights, and its author.

    Args:
        made_by: opaque id of the person who opted out; empty if it is not on record.
        signer: opaque id of the person who wants to end it; empty if it is not on record.
        relation: relation of the signer to the child.
        person: facts of the child on that day.
    Returns:
        The checks.
    """
    return (
        check_signer_holds_rights(relation, person),
        check_may_end_opt_out(made_by, signer, person),
    )


@policy_check(family_cards.OWN_WORD)
def check_may_end_opt_out(on: date, made_by: str, signer: str, person: PersonFact) -> Reason:
    """Check that an opt-out is the signer's own, or that the student now holds the rights."""
    # Once the student holds the rights, a parent's opt-out does not bind the student.
    is_own_opt_out = bool(signer) and signer == made_by
    met = is_own_opt_out or bool(have_rights_passed_to_student(person, on))
    return Reason(family_cards.OWN_WORD, Outcome.ALLOW if met else Outcome.NEEDS_PERSON)


def find_approving_nations(decisions: Iterable[NationDecisionFact], on: date) -> frozenset[str]:
    """Find the nations that approve on a day, by the last decision of each.

    Args:
        decisions: the decisions of nations, in order.
        on: the day that the decision is for.

    Returns:
        Slugs of the nations that approve.
    """
    return frozenset(
        nation
        for nation, decision in _find_last_decisions(decisions, on).items()
        if _is_named_approval(decision)
    )


def exclude_unapproved_members(
    members: Iterable[MemberFact], approved: frozenset[str]
) -> PeopleAnswer:
    """Leave out the members of a nation that has not approved, no matter who sent the rows.

    Args:
        members: members of tribal nations among the students.
        approved: slugs of the nations that approve.
    Returns:
        The people left out, and the reason.
    """
    excluded = sorted({member.person for member in members if not member.nations <= approved})
    if not excluded:
        return PeopleAnswer()
    count_fact = (("n", len(excluded)),)
    reason = Reason(
        data_use_cards.NATION, Outcome.DENY, count_fact, about=ABOUT_PEOPLE, people=tuple(excluded)
    )
    return PeopleAnswer(dict.fromkeys(excluded, Outcome.DENY), reasons=(reason,))


def _find_last_decisions(
    decisions: Iterable[NationDecisionFact], on: date
) -> Mapping[str, NationDecisionFact]:
    return {decision.nation: decision for decision in decisions if decision.on <= on}


def _is_named_approval(decision: NationDecisionFact | None) -> bool:
    """Report whether a decision approves; one without a named person does not count."""
    return (
        decision is not None
        and decision.answer is NationAnswer.APPROVE
        and bool(decision.by.strip())
    )


@policy_check(cards.NATION_COUNTED)
def check_nation_approval(
    on: date, counted: frozenset[str], decisions: tuple[NationDecisionFact, ...]
) -> Iterator[Reason]:
    """Check that each nation with children in the figures approves today.

    Args:
        on: date of the check.
        counted: slugs of the nations with children in the figures.
        decisions: decisions of the nations, in order.
    Returns:
        One reason per nation.
    """
    last_decisions = _find_last_decisions(decisions, on)
    for nation in sorted(counted):
        yield Reason.from_card(
            cards.NATION_COUNTED,
            met=bool(_is_named_approval(last_decisions.get(nation))),
            nation=nation,
        )


@policy_check(cards.NATION_CONDITION)
def check_nation_conditions(
    on: date, counted: frozenset[str], decisions: tuple[NationDecisionFact, ...]
) -> Iterator[Reason]:
    """Check that no nation with children in the figures has an open condition.

    Args:
        on: date of the check.
        counted: slugs of the nations with children in the figures.
        decisions: decisions of the nations, in order.
    Returns:
        A refusal for each open condition.
    """
    last_decisions = _find_last_decisions(decisions, on)
    for nation in sorted(counted & last_decisions.keys()):
        if condition := last_decisions[nation].condition.strip():
            yield Reason.from_card(
                cards.NATION_CONDITION, met=False, nation=nation, condition=condition
            )


@policy_check(cards.NOT_A_NATION)
def check_tribal_nation(on: date, organization: OrganizationFact) -> Reason:
    """Check that the organization is a tribal nation.

    Args:
        on: date of the check.
        organization: facts of the organization.
    Returns:
        One reason.
    """
    met = organization.kind is OrganizationKind.TRIBAL_NATION
    return Reason.from_card(
        cards.NOT_A_NATION, met=met, organization=organization.name or organization.slug
    )


@policy_check(cards.NATION_TOO_LATE)
def check_release_not_withdrawn(on: date, state: ReleaseState) -> Iterator[Reason]:
    """Check that the release is not withdrawn.

    Args:
        on: date of the check.
        state: present state of the release.
    Returns:
        A refusal if it is.
    """
    if state is ReleaseState.WITHDRAWN:
        yield Reason.from_card(cards.NATION_TOO_LATE, met=False)
