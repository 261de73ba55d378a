"""Long work that touches data about children: shown while it runs, on record when it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from cairn.audit.work import Progress
from cairn.audit.work import work as shown
from cairn.disclosures import log
from cairn.rules.decision import Refused


@contextmanager
def work(kind: str, subject: str, *, by: AbstractBaseUser | None) -> Iterator[Progress]:
    """As `audit.work.work`; a refused request for data is also on the record of disclosures."""
    try:
        with shown(kind, subject, by=by) as progress:
            yield progress
    except Refused as refused:
        log.not_given(refused.decision, by=by, at=timezone.now())
        raise
