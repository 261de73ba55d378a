"""Lock a request for a copy while it is answered, so that it is answered once."""

from cairn.services.families.models import CopyRequest


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
