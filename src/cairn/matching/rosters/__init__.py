"""Link plain files of children without a server, a data folder or a key.

`roster_file` reads one file into the fields that linkage knows, `roster_linkage` links several
together, `person_file` writes the person ID of each record, and `decision_file` reads what a person
decided about doubtful pairs.
"""

from cairn.matching.rosters.decision_file import *
from cairn.matching.rosters.person_file import *
from cairn.matching.rosters.roster_file import *
from cairn.matching.rosters.roster_linkage import *
