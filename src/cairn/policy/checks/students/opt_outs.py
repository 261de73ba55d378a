"""Check opt-outs: which people a use leaves out, and who may end an opt-out."""

from collections.abc import Iterable, Iterator
from datetime import date

from cairn.policy.checks.students.consent_status import (
    check_signer_holds_rights,
    have_rights_passed_to_student,
)
from cairn.policy.engine import ABOUT_PEOPLE, BoundCheck, PeopleAnswer, Reason, policy_check
from cairn.policy.facts import AgreementFact, OptOutFact, PersonFact
from cairn.policy.law.cards.governance import family as family_cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.outputs import release as cards
from cairn.policy.vocabulary import LegalBasis, OptOutScope, Outcome, SignerRelation

__all__ = ["check_opt_outs_known", "exclude_opted_out_people", "require_opt_out_end_right"]


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
        check_opt_out_author(made_by, signer, person),
    )


@policy_check(family_cards.OWN_WORD)
def check_opt_out_author(on: date, made_by: str, signer: str, person: PersonFact) -> Reason:
    """Check that the opt-out's author ends it, or that the rights passed to the student."""
    # Once the student holds the rights, a parent's opt-out does not bind the student.
    is_own_opt_out = bool(signer) and signer == made_by
    met = is_own_opt_out or bool(have_rights_passed_to_student(person, on))
    return Reason(family_cards.OWN_WORD, Outcome.ALLOW if met else Outcome.NEEDS_PERSON)
