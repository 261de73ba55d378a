"""Link records without names (PPRL): partners encode them, Cairn compares the encodings.

- `project_secret`: how the partners of a project come to share one secret.
- `encoding`: turn a record into bits that are similar for similar records, and write the file that
  a partner sends.
- `encoded_matching`: group encodings into people.
- `measured_loss`: the accuracy that this costs.

The file format itself is in `cairn.warehouse.schema.encoded_records`.
"""

from cairn.matching.pprl.encoded_matching import *
from cairn.matching.pprl.encoding import *
from cairn.matching.pprl.measured_loss import *
from cairn.matching.pprl.project_secret import *
