"""Elm and the hub, who write an agreement."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def writing(db: None, person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    # Models may be imported only once Django's apps are loaded, which a conftest comes before.
    from tests.governance.agreements import draft_steps

    return draft_steps.make(person, organization)
