"""Define the facts of a disclosure review: reviewers' verdicts and the owners' previews."""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import OwnerAnswer, ReviewVerdict


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """Record one reviewer's verdict (by actor id) and its day."""

    reviewer: str
    verdict: ReviewVerdict
    on: date


@dataclass(frozen=True, slots=True)
class SendBackFact:
    """Record the preview sent to one owner, the last day to answer, and the answer if there is
    one.
    """

    organization: str
    sent_on: date
    due_on: date
    answer: OwnerAnswer | None = None
