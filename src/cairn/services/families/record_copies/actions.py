"""Release the copy of a record to the family that asked, give it out, and erase it."""

from datetime import datetime

from django.utils import timezone

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import Actor, CopyAccessFact, FamilyReader, RecordCopyFact
from cairn.policy.questions import decide_record_copy, may_download_copy
from cairn.services.families.models import CopyRequest
from cairn.services.families.record_copies import queries
from cairn.services.families.record_copies.content import CopyContent, seal_copy_content
from cairn.services.families.record_copies.request_lock import lock_open_request, save_released_copy

__all__ = ["release_copy"]


class CopyChanged(Exception):
    """What would go out is not what its reviewer saw, or there is nothing; the message says so."""


def _load_release_facts(
    *, copy: CopyRequest, choices: queries.CopyChoices, at: datetime
) -> tuple[RecordCopyFact, frozenset[str]]:
    return queries.load_copy_question(copy, choices, timezone.localdate(at))


def _load_download_facts(
    *, copy: CopyRequest, reader: FamilyReader, at: datetime
) -> tuple[RecordCopyFact, frozenset[str], CopyAccessFact, FamilyReader]:
    return queries.load_download_question(copy, reader, timezone.localdate(at))


@action("copy.released", asks=decide_record_copy, facts=_load_release_facts)
def release_copy(
    permit: Permit,
    decision: Decision,
    /,
    *,
    copy: CopyRequest,
    choices: queries.CopyChoices,
    answer: str,
    seen: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Release the copy that the reviewer saw, and answer the request with it.

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
    content = queries.read_copy_content(permit, copy, decision)
    if not content.lines:
        raise CopyChanged("There is nothing to release. Answer the request in another way.")
    if content.compute_digest() != seen:
        raise CopyChanged("This is not what you saw before. Look at what goes out now.")
    sealed = seal_copy_content(copy.pk, content)
    save_released_copy(copy=copy, sealed=sealed, choices=choices, answer=answer, by=by, at=at)
    return ActionResult(subject=copy, detail={"rows": len(content.lines)})


@action("copy.downloaded", asks=may_download_copy, facts=_load_download_facts)
def download_copy(
    permit: Permit,
    /,
    *,
    copy: CopyRequest,
    reader: FamilyReader,
    kind: str,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[CopyContent]:
    """Give out a copy to the person who asked for it, and record that.

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
    """
    content = queries.load_copy_content(copy)
    if content is None:
        raise CopyChanged("This copy was erased in the meantime.")
    copy.downloaded_at = at
    copy.save(update_fields=["downloaded_at"])
    return ActionResult(content, subject=copy, detail={"kind": kind})


@system_action("copy.erased", reason="the calendar, after the days of the download, or its letter")
def erase_copy(*, copy: CopyRequest, by: None, at: datetime) -> ActionResult[None]:
    """Erase a copy that can no longer be downloaded; the answer stays.

    Args:
        copy: the request.
        by: None, since no person asks for it.
        at: the moment of the action.
    """
    copy.sealed_copy = b""
    copy.save(update_fields=["sealed_copy"])
    return ActionResult(subject=copy)
