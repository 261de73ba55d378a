"""A small community whose figures can be counted."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def community(db: None, person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    # Models may be imported only once Django's apps are loaded, which a conftest comes before.
    from tests.outputs.releases import community as made

    return made.make(person, organization)
