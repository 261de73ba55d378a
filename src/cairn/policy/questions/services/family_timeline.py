"""Decide which programs a family sees on the page about its own child."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, FamilyProgramFact, PersonFact
from cairn.policy.vocabulary import Action

__all__ = ["may_show_program_to_family"]


@policy_question
def may_show_program_to_family(
    program: FamilyProgramFact, person: PersonFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a family sees its child's enrollment and attendance in one program.

    A parent of an eligible student, who may read the school's record only, does not.

    Args:
        program: the program, and how its record was found.
        person: facts of the child on that day.
        actor: the family session.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran. The page shows no reason.
    """
    return decide_request(
        PolicyRequest(
            action=Action.PARENT_VIEW,
            actor=actor,
            facts=(program, person),
            access_checks=checks.require_family_answer(actor, person.id),
            authority_checks=checks.require_program_for_family(program, person),
        ),
        on,
    )
