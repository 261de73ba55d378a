"""Link records without names (PPRL): partners encode them, Cairn compares the encodings.

- `project_secret`: how the partners of a project come to share one secret.
- `encoding`: turn a record into bits that are similar for similar records, and write the file that
  a partner sends.
- `encoded_matching`: group encodings into people.
- `measured_loss`: the accuracy that this costs.

The file format itself is in `cairn.warehouse.schema.encoded_records`.
"""

from cairn.matching.pprl.encoded_matching import link_encoded_files, resolve_encoded_people
from cairn.matching.pprl.encoding import encode_records, write_encoded_file
from cairn.matching.pprl.measured_loss import (
    CLEAR_TEXT_ACCURACY,
    ENCODED_ACCURACY,
    describe_measured_loss,
)
from cairn.matching.pprl.project_secret import (
    compute_key_fingerprint,
    create_key_pair,
    create_project_file,
    open_project_file,
)

__all__ = [
    "CLEAR_TEXT_ACCURACY",
    "ENCODED_ACCURACY",
    "compute_key_fingerprint",
    "create_key_pair",
    "create_project_file",
    "describe_measured_loss",
    "encode_records",
    "link_encoded_files",
    "open_project_file",
    "resolve_encoded_people",
    "write_encoded_file",
]
