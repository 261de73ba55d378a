"""Try something against the databases and take it back."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from cairn.interfaces.web import errors, middleware


@contextmanager
def undone() -> Iterator[None]:
    """Roll back whatever is written inside, in both databases."""
    outer = [transaction.atomic(database) for database in ("default", "identities")]
    for block in outer:
        # As for the transaction around a test: durable blocks may begin inside.
        block._from_testcase = True
    with outer[0], outer[1]:
        yield
        for database in ("default", "identities"):
            transaction.set_rollback(True, using=database)


def show_plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer what is refused or not found without its page, which costs more than the refusal.

    That the pages say what they should is tested with them; thousands of requests need none.
    """

    def answer(_request: HttpRequest, *_page: object, status: int) -> HttpResponse:
        return HttpResponse(status=status)

    monkeypatch.setattr(middleware, "render", answer)
    monkeypatch.setattr(
        errors, "_render_error_page", lambda _request, status: HttpResponse(status=status)
    )
