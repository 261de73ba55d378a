"""The list of data dictionaries in the words of its readers."""

from datetime import UTC, datetime

from cairn.governance.dictionaries.models import DataDictionary
from cairn.governance.dictionaries.tables import DictionaryTable


def test_the_day_of_an_evening_is_that_of_the_office() -> None:
    dictionary = DataDictionary(imported_at=datetime(2026, 11, 28, 1, 30, tzinfo=UTC))
    assert DictionaryTable([], links_partners=False).render_imported_at(dictionary) == (
        "Nov. 27, 2026"
    )
