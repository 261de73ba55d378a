"""State which programs families see, and show one family its child's programs."""

from datetime import datetime

from cairn.governance.consents import api as consents_api
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor
from cairn.policy.questions import may_view_family_page
from cairn.policy.vocabulary import Action, SpecialClass
from cairn.services.families.models import Letter, ProgramAccessStatement
from cairn.services.families.program_timeline.queries import read_family_timeline
from cairn.services.programs.api import Program, ProgramTime

__all__ = ["state_program_access"]


def _get_program_organization(*, program: Program) -> tuple[str]:
    return (program.organization.slug,)


def _get_child_key(*, child: consents_api.Child) -> tuple[str]:
    return (child.key,)


@action(
    "family.program_stated",
    asks=has_role_at(Action.SHOW_TO_FAMILIES),
    facts=_get_program_organization,
)
def state_program_access(
    permit: Permit,
    /,
    *,
    program: Program,
    shown: bool,
    service: SpecialClass | None,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """State whether families read their child's record of a program on their page.

    What was stated before stays on record; the same statement again changes nothing.

    Args:
        program: the program.
        shown: whether families read it.
        service: class of a service that a law of its own protects; None for any other.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    code = service.value if service else ""
    newest = ProgramAccessStatement.objects.filter(program=program).first()
    if newest is None or (newest.shown, newest.service) != (shown, code):
        ProgramAccessStatement.objects.create(
            program=program, shown=shown, service=code, stated_by=by, stated_at=at
        )
    return ActionResult(subject=program, detail={"shown": int(shown)})


@action("family.timeline_opened", asks=may_view_family_page, facts=_get_child_key)
def open_family_timeline(
    permit: Permit,
    /,
    *,
    child: consents_api.Child,
    letter: Letter,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[list[ProgramTime]]:
    """Read a child's programs for its family, and record that the page was opened.

    The audit line names the letter; neither a program nor their number.

    Args:
        child: the child.
        letter: the letter that opened the page.
        who: the family session.
        at: the moment of the action.
        by: None, since a family has no account.

    Returns:
        The times in programs, the newest first.

    Raises:
        Refused: the session is not of this child's family.
    """
    return ActionResult(read_family_timeline(child, who, permit.on), subject=letter)
