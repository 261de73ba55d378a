"""Give the copy of a program's own record of a child to the family that asked for it."""

from datetime import datetime

from django.utils import timezone

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import ParticipantCopyFact
from cairn.policy.questions import decide_participant_copy
from cairn.services.families.program_copies import queries
from cairn.services.families.record_copies.actions import CopyChanged
from cairn.services.families.record_copies.queries import CopyChoices
from cairn.services.programs.api import Participant


def _load_facts(
    *, participant: Participant, choices: CopyChoices, at: datetime
) -> tuple[ParticipantCopyFact]:
    return queries.load_program_copy_question(participant, choices, timezone.localdate(at))


@action("program.copy_released", asks=decide_participant_copy, facts=_load_facts)
def release_program_copy(
    permit: Permit,
    /,
    *,
    participant: Participant,
    choices: CopyChoices,
    seen: str,
    by: User,
    at: datetime,
) -> ActionResult[queries.ProgramCopyContent]:
    """Release the copy that the reviewer saw, to be handed to the family.

    Args:
        participant: the program's own record of the child.
        choices: what the reviewer left out, and who reviewed it.
        seen: digest of the content that the reviewer saw.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The content of the copy.

    Raises:
        Refused: the policy does not allow it.
        CopyChanged: it is not what the reviewer saw.
    """
    content = queries.read_program_copy(permit, participant)
    if content.compute_digest() != seen:
        raise CopyChanged("This is not what you saw before. Look at what goes out now.")
    return ActionResult(content, subject=participant, detail={"texts": len(content.texts)})
