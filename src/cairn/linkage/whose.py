"""Whose a record is, or was when it was last anybody's; a retired person stands for her heir."""

from collections.abc import Iterable

from cairn.linkage.bulk import ask


def people_of(records: Iterable[int]) -> dict[int, str]:
    """Record → the person to whom it was linked last, or into whom that one was merged."""
    return dict(ask(_PEOPLE, records))


def records_of(people: Iterable[str]) -> dict[int, str]:
    """Record → person, of every record that is one of these people's in this sense."""
    wanted = set(people)
    heirs = {person for (person,) in ask(_MERGED, wanted)}
    linked = {record for (record,) in ask(_RECORDS, wanted | heirs)}
    return {record: person for record, person in people_of(linked).items() if person in wanted}


_PEOPLE = """
SELECT link.record_id,
  CASE WHEN person.merged_into > '' THEN person.merged_into ELSE person.id END
FROM linkage_link link JOIN linkage_person person ON person.id = link.person_id
WHERE link.record_id AMONG ORDER BY link.id
"""
_MERGED = "SELECT id FROM linkage_person WHERE merged_into AMONG"
_RECORDS = """
SELECT DISTINCT record_id FROM linkage_link WHERE record_id IS NOT NULL AND person_id AMONG
"""
