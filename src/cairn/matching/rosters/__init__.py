"""Link plain files of children without a server, a data folder or a key.

`roster_file` reads one file into the fields that linkage knows, `roster_linkage` links several
together, `person_file` writes the person ID of each record, and `decision_file` reads what a person
decided about doubtful pairs.
"""

from cairn.matching.rosters.decision_file import PairDecisions, read_decisions
from cairn.matching.rosters.person_file import (
    PERSON_ID,
    assign_roster_person_ids,
    combine_rosters,
    find_field_in_record_ids,
    read_previous_person_file,
    sort_person_table,
    write_person_file,
)
from cairn.matching.rosters.roster_file import RECORD_ID, ROSTER_FIELDS, SOURCE, Roster, read_roster
from cairn.matching.rosters.roster_linkage import (
    LinkedRosters,
    add_record_fields,
    explain_links,
    explain_roster_values,
    link_rosters,
    list_doubtful_pairs,
)

__all__ = [
    "PERSON_ID",
    "RECORD_ID",
    "ROSTER_FIELDS",
    "SOURCE",
    "LinkedRosters",
    "PairDecisions",
    "Roster",
    "add_record_fields",
    "assign_roster_person_ids",
    "combine_rosters",
    "explain_links",
    "explain_roster_values",
    "find_field_in_record_ids",
    "link_rosters",
    "list_doubtful_pairs",
    "read_decisions",
    "read_previous_person_file",
    "read_roster",
    "sort_person_table",
    "write_person_file",
]
