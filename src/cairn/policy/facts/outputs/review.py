"""Define the facts of a disclosure review: reviewers' verdicts and the owners' previews."""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import OwnerAnswer, ReviewVerdict

__all__ = ["ReviewFact", "SendBackFact"]


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """Record one reviewer's verdict and its day.

    Attributes:
        reviewer: actor id of the reviewer.
        verdict: the verdict.
        on: day of the verdict.
    """

    reviewer: str
    verdict: ReviewVerdict
    on: date


@dataclass(frozen=True, slots=True)
class SendBackFact:
    """Record the preview sent to one owner, the last day to answer, and the answer if there is one.

    Attributes:
        organization: slug of the owner.
        sent_on: day on which the preview was sent.
        due_on: last day to answer.
        answer: the owner's answer; None if there is none yet.
    """

    organization: str
    sent_on: date
    due_on: date
    answer: OwnerAnswer | None = None
