"""`field__among=among(values)`: one of many thousand values, in one parameter of one statement.

Django's own ``__in`` makes a parameter of each value, which takes longer than the query itself.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup


class Values:
    """Many values as one thing, so that nobody looks at each of them on the way."""

    def __init__(self, values: Iterable[int | str]) -> None:
        self.all = list(values)


def among(values: Iterable[int | str]) -> Values:
    """The values for ``__among``."""
    return Values(values)


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup[Any]):
    """SQLite reads the values from one JSON text, PostgreSQL from one array."""

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sqlite(
        self, compiler: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        values = json.dumps(self.rhs.all)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*parameters, values)  # noqa: S608

    def as_postgresql(
        self, compiler: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*parameters, self.rhs.all)
