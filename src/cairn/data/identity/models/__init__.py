"""Define the rows of the identity app, in two databases without foreign keys between them.

*identities* holds the person index: records by keyed hashes, what each delivery states of them
(sealed),
people with random IDs, links, relationships and reviewers' decisions. It holds no attribute. The
other
database holds runs: counts and references to files, and no person.
"""

from cairn.data.identity.models.clerical_review import (
    Answer,
    Question,
    QuestionRecord,
    Verdict,
    VerdictRecord,
)
from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart, Shadow
from cairn.data.identity.models.match_history import FittedModel, MatchEvent, Sign
from cairn.data.identity.models.person_index import (
    BlockingKey,
    Gap,
    Link,
    Person,
    Record,
    SourceId,
    Statement,
)
from cairn.data.identity.models.relationships import (
    Relationship,
    RelationshipVerdict,
    RelationshipVerdictRecord,
    RelationshipWaiting,
    Stay,
    StayKey,
)

__all__ = [
    "Answer",
    "BlockingKey",
    "FittedModel",
    "Gap",
    "Link",
    "LinkageRun",
    "LinkedPart",
    "MatchEvent",
    "Person",
    "Question",
    "QuestionRecord",
    "Record",
    "Relationship",
    "RelationshipVerdict",
    "RelationshipVerdictRecord",
    "RelationshipWaiting",
    "Shadow",
    "Sign",
    "SourceId",
    "Statement",
    "Stay",
    "StayKey",
    "Verdict",
    "VerdictRecord",
]
