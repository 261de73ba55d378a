"""Define the facts of figures that are counted from the answers of a survey."""

from dataclasses import dataclass, field

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.facts.outputs.release import ReviewFact
from cairn.policy.vocabulary import Purpose, SurveyFiguresState

__all__ = ["SurveyFiguresFact"]


@dataclass(frozen=True, slots=True)
class SurveyFiguresFact:
    """Describe the figures of a survey, or those that somebody wants to count.

    Attributes:
        organization: slug of the organization that asked.
        state: how far the figures are.
        is_accepted: whether the answers are a data submission that was accepted and is not a
            pilot's.
        questions: number of questions with fixed choices or a scale that are counted.
        author: actor id of the person who counted them; empty before that.
        reviews: the reviews since they were counted.
        is_owner_confirmed: whether a data steward of the organization confirmed them since.
        agreements: the agreement under which the answers were handed in.
        purpose: what the answers are used for.
        has_rows_set_aside: whether rows of the answers were set aside when they were checked, so
            that they would be counted as no answer.
        is_current: whether the answers were not corrected or checked again since the figures were
            counted.
    """

    organization: str
    state: SurveyFiguresState
    is_accepted: bool
    questions: int
    author: str
    reviews: tuple[ReviewFact, ...]
    is_owner_confirmed: bool
    agreements: tuple[AgreementFact, ...]
    purpose: Purpose
    has_rows_set_aside: bool = field(default=False, metadata=ADDED_LATER)
    is_current: bool = field(default=True, metadata=ADDED_LATER)
