"""A published table of invented figures, uploaded, confirmed, and in a newer edition."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.public_sources.published_card import list_card_roles, send_card

from cairn.policy.vocabulary.access import Role

if TYPE_CHECKING:
    from cairn.data.public_sources.models import PublicSource


@pytest.fixture(autouse=True)
def quick_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in this process: the child process has tests of its own."""
    from cairn.data.public_sources import published_file
    from cairn.warehouse.readers import read_file

    monkeypatch.setattr(published_file, "read_file_in_child_process", read_file)


@pytest.fixture
def manager(browser: Callable[..., Client]) -> Client:
    """Return the browser of a data manager."""
    return browser(Role.DATA_MANAGER)


@pytest.fixture
def uploaded(manager: Client) -> "PublicSource":
    """Return a table whose columns are not confirmed yet."""
    from cairn.data.public_sources.models import PublicSource

    assert send_card(manager).status_code == 302
    return PublicSource.objects.get()


@pytest.fixture
def added(manager: Client, uploaded: "PublicSource") -> "PublicSource":
    """Return a table with its figures."""
    columns = reverse("public_sources:columns", args=[uploaded.pk])
    assert manager.post(columns, list_card_roles(add="1")).status_code == 302
    uploaded.refresh_from_db()
    return uploaded
