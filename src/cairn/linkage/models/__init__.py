"""Rows of linkage, in two databases between which no foreign key crosses.

*identities* holds who is who: records by keyed hashes, what each delivery says of them (sealed),
people with random ids, links, who lives with whom, what reviewers decided. It knows no attribute.
The other database holds runs: counts and pointers to files, and no person.
"""

from cairn.linkage.models.kinship import (
    Relationship,
    RelationshipVerdict,
    RelationshipVerdictRecord,
    RelationshipWaiting,
    Stay,
    StayKey,
)
from cairn.linkage.models.people import (
    BlockingKey,
    Gap,
    Link,
    Person,
    Record,
    SourceId,
    Statement,
)
from cairn.linkage.models.review import Answer, Question, QuestionRecord, Verdict, VerdictRecord
from cairn.linkage.models.runs import LinkageRun, LinkedPart, Shadow
from cairn.linkage.models.signs import FittedModel, MatchEvent, Sign

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
