"""Invented children as an index takes them in."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import pyarrow as pa
from django.utils import timezone

from cairn.data.identity.index import update
from cairn.data.identity.storage import statements
from cairn.data.identity.storage.statements import RecordStatement
from cairn.matching.standardize.record_keys import extract_identifying_fields

Taking: TypeAlias = Callable[..., update.IndexUpdate]
NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.get_current_timezone())
ADA = {"given_name": "Ada", "family_name": "Lund", "born": date(2012, 3, 4), "postal_code": "21201"}
EVA = {"given_name": "Eva", "family_name": "Lund", "born": date(2012, 3, 4), "postal_code": "21201"}


def build_records(source: str, *children: dict[str, Any]) -> list[RecordStatement]:
    names = (
        "local_id",
        "given_name",
        "family_name",
        "postal_code",
        "phone",
        "street",
        "guardian_name",
    )
    columns: dict[str, pa.Array] = {
        name: pa.array([child.get(name) for child in children], pa.string()) for name in names
    }
    for name, key in (("birth_date", "born"), ("death_date", "died")):
        columns[name] = pa.array([child.get(key) for child in children], pa.date32())
    return statements.extract_statements(
        extract_identifying_fields(pa.table(columns), source=source, key=b"k" * 32)
    )


def crowd(source: str, start: int = 0, many: int = 40) -> list[RecordStatement]:
    """So many children whom nobody takes for each other."""
    names = ("Ana", "Bo", "Cem", "Dee", "Eli", "Fay", "Gus", "Hal")
    families = ("Arnold", "Brook", "Castle", "Dorsey", "Eastman", "Ferro", "Garner", "Hull")
    return build_records(
        source,
        *(
            {
                "local_id": str(1000 + n),
                "given_name": names[n % 8],
                "family_name": families[(n // 8) % 8],
                "born": date(2008, 1, 5) + timedelta(days=97 * n),
                "postal_code": "21201",
            }
            for n in range(start, start + many)
        ),
    )
