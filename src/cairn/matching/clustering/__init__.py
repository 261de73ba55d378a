"""Group pairs of records into people, keep their IDs, and find groups that may be wrong.

`agglomeration` groups, `twin_resolution` and `conflicting_ids` correct the groups. `person_ids`
keeps IDs from run to run. `components` limits what must be compared again when records come or go.
`weak_links`, `overlink_checks` and `home_distance` find doubtful people; `accuracy_estimate` and
`error_calibration` turn reviewers' answers into the accuracy of the whole index.
"""

from cairn.matching.clustering.accuracy_estimate import *
from cairn.matching.clustering.agglomeration import *
from cairn.matching.clustering.components import *
from cairn.matching.clustering.conflicting_ids import *
from cairn.matching.clustering.error_calibration import *
from cairn.matching.clustering.home_distance import *
from cairn.matching.clustering.overlink_checks import *
from cairn.matching.clustering.partition_comparison import *
from cairn.matching.clustering.person_ids import *
from cairn.matching.clustering.twin_resolution import *
from cairn.matching.clustering.union_find import *
from cairn.matching.clustering.weak_links import *
