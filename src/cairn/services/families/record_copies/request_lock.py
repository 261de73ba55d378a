"""Lock a request for a copy while it is answered, so that it is answered once, and answer it."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from cairn.platform.accounts.api import User
from cairn.services.families.models import CopyRequest
from cairn.services.families.record_copies.queries import CopyChoices

COPY_PERIOD: Final = timedelta(days=30)
"""How long a copy can be downloaded; a rule of this software."""


class ClosedCopyRequest(Exception):
    """A request for a copy that was answered or withdrawn already; the message says which."""


def lock_open_request(copy: CopyRequest) -> None:
    """Lock a request until the transaction ends, and refuse one that is no longer open."""
    copy.refresh_from_db(
        fields=["answered_at", "withdrawn_at"],
        from_queryset=CopyRequest.objects.select_for_update(),
    )
    if copy.withdrawn_at is not None:
        raise ClosedCopyRequest("The family withdrew this request. No answer is needed.")
    if copy.answered_at is not None:
        raise ClosedCopyRequest("This request is answered already. The first answer is kept.")


def save_released_copy(
    *,
    copy: CopyRequest,
    sealed: bytes,
    choices: CopyChoices,
    answer: str,
    by: User,
    at: datetime,
) -> None:
    """Answer a request with a copy, which can be downloaded for `COPY_PERIOD`.

    Args:
        copy: the request.
        sealed: the copy, encrypted.
        choices: what the reviewer left out, and who reviewed it.
        answer: what the family reads.
        by: the reviewer.
        at: the moment of the release.
    """
    copy.sealed_copy = sealed
    copy.copy_until = timezone.localdate(at) + COPY_PERIOD
    copy.left_out, copy.texts_read = sorted(choices.left_out), choices.texts_read
    copy.exclusions = sorted(exclusion.value for exclusion in choices.exclusions)
    copy.counsel, copy.answer = choices.counsel, answer
    copy.answered_at, copy.answered_by = at, by
    copy.save()
