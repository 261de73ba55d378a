"""Ask for the copy of a program's own record of a child, and give it to the family that asked."""

from datetime import datetime

from django.utils import timezone

from cairn.governance.consents import api as consents_api
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import facts, questions
from cairn.policy.checks import find_record_copy_due_date
from cairn.policy.engine import Permit
from cairn.services.families.models import CopyRequest, Letter
from cairn.services.families.program_copies import queries, requests
from cairn.services.families.queries import load_record_deadlines
from cairn.services.families.record_copies.actions import CopyChanged
from cairn.services.families.record_copies.queries import CopyChoices
from cairn.services.families.record_copies.request_lock import lock_open_request, save_released_copy
from cairn.services.programs.api import Participant


def _load_facts(
    *, participant: Participant, choices: CopyChoices, at: datetime
) -> tuple[facts.ParticipantCopyFact]:
    return queries.load_program_copy_question(participant, choices, timezone.localdate(at))


@action("program.copy_released", asks=questions.decide_participant_copy, facts=_load_facts)
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


def _load_request_facts(
    *, child: consents_api.Child, organization: str, at: datetime
) -> tuple[tuple[facts.FamilyProgramFact, ...], facts.PersonFact]:
    """Lock the child, so that a page sent twice makes one request."""
    locked = consents_api.Child.objects.select_for_update().get(pk=child.pk)
    return requests.load_request_question(locked, organization, timezone.localdate(at))


def _load_release_facts(
    *, copy: CopyRequest, choices: CopyChoices, at: datetime
) -> tuple[facts.ParticipantCopyFact]:
    return requests.load_release_question(copy, choices, timezone.localdate(at))


def _load_download_facts(
    *, copy: CopyRequest, reader: facts.FamilyReader, at: datetime
) -> tuple[
    facts.ParticipantCopyFact,
    frozenset[str],
    tuple[facts.FamilyProgramFact, ...],
    facts.PersonFact,
    facts.CopyAccessFact,
    facts.FamilyReader,
]:
    return requests.load_program_download_question(copy, reader, timezone.localdate(at))


@action("copy.asked", asks=questions.may_request_participant_copy, facts=_load_request_facts)
def request_program_copy(
    permit: Permit,
    /,
    *,
    child: consents_api.Child,
    organization: str,
    letter: Letter,
    name: str,
    who: facts.Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[CopyRequest]:
    """Record that a family asks a program for its own record of the child.

    The organization has as many days as a school of its state, at most 45. Asked again by the same
    person, the first request stands.

    Args:
        child: the child.
        organization: slug of the organization that keeps the record.
        letter: the letter that opened the page.
        name: name of the person who asks.
        who: the family session.
        at: the moment of the action.
        by: None, since a family has no account.

    Returns:
        The request.

    Raises:
        Refused: the family does not see this organization's programs on its page today.
    """
    on = permit.on
    participant = requests.find_requested_record(child, organization, on)
    known = requests.find_open_request(child, participant, name)
    if known is not None:
        return ActionResult(known, subject=known)
    deadlines = load_record_deadlines(participant.organization, on)
    row = CopyRequest.objects.create(
        child=child,
        participant=participant,
        letter=letter,
        sealed=consents_api.seal_fields(child.key, {"name": name}),
        asked_at=at,
        asked_on=on,
        due_on=find_record_copy_due_date(on, deadlines),
    )
    return ActionResult(row, subject=row)


@action("copy.released", asks=questions.decide_participant_copy, facts=_load_release_facts)
def release_requested_copy(
    permit: Permit,
    /,
    *,
    copy: CopyRequest,
    choices: CopyChoices,
    answer: str,
    seen: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Answer a request with the copy that the reviewer saw; its requester downloads it.

    Args:
        copy: the request.
        choices: what the reviewer left out, and who reviewed it.
        answer: what the family reads.
        seen: digest of the content that the reviewer saw.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
        ClosedCopyRequest: the request was answered or withdrawn meanwhile.
        CopyChanged: it is not what the reviewer saw, or it is empty.
    """
    lock_open_request(copy)
    content = queries.read_program_copy(permit, requests.get_requested_record(copy))
    if content.times is None and not content.items:
        raise CopyChanged("There is nothing to release. Answer the request in another way.")
    if content.compute_digest() != seen:
        raise CopyChanged("This is not what you saw before. Look at what goes out now.")
    sealed = requests.seal_program_copy(copy.pk, content)
    save_released_copy(copy=copy, sealed=sealed, choices=choices, answer=answer, by=by, at=at)
    return ActionResult(subject=copy, detail={"texts": len(content.texts)})


@action("copy.downloaded", asks=questions.may_download_participant_copy, facts=_load_download_facts)
def download_program_copy(
    permit: Permit,
    /,
    *,
    copy: CopyRequest,
    reader: facts.FamilyReader,
    kind: str,
    who: facts.Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[queries.ProgramCopyContent]:
    """Give out a program's copy to the person who asked for it, and record that.

    Args:
        copy: the request, with its copy.
        reader: the person who has the page open.
        kind: kind of file, "pdf" or "csv".
        who: the family session.
        at: the moment of the action.
        by: None, since a family has no account.

    Returns:
        The content.

    Raises:
        Refused: the policy does not allow it today.
        CopyChanged: it was erased meanwhile.
    """
    content = requests.load_program_copy(copy)
    if content is None:
        raise CopyChanged("This copy was erased in the meantime.")
    copy.downloaded_at = at
    copy.save(update_fields=["downloaded_at"])
    return ActionResult(content, subject=copy, detail={"kind": kind})
