"""A district with files about its students, and the browser of its steward."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.governance.consents.sample_consents import World


@pytest.fixture
def world(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> "World":
    """Two students with attendance and results."""
    from django.utils import timezone
    from tests.data.records import served_students as served
    from tests.governance.consents.sample_consents import AT

    monkeypatch.setattr(timezone, "now", lambda: AT)
    made = served.make_world(person, organization)
    served.consented(made, "S-1", "S-2")
    served.deliver(made)
    served.deliver(made, served.RESULTS_FILE, served.RESULTS_MAPPING)
    return made


@pytest.fixture
def steward(world: "World", browser: Callable[..., Client]) -> Client:
    """The browser of the district's steward."""
    return browser(world.steward)
