"""A district whose families have letters."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def world(db: None, person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    # Models may be imported only once Django's apps are loaded, which a conftest comes before.
    from tests.governance.consents import sample_consents as made

    return made.make(person, organization)
