"""The surveys of River District, whose answers are counted here."""

from tests.data.surveys.conftest import (  # noqa: F401
    agreement,
    manager,
    opened,
    roster,
    sign,
    the_day,
    write,
)
