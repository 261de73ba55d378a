"""Build the clearance facts for `cairn.policy`: signatures, completions, requirements."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from django.utils import timezone

from cairn.governance.training import models
from cairn.governance.training.confidentiality import load_confidentiality_agreement
from cairn.governance.training.course_catalog import find_workshop, list_required_modules
from cairn.platform.tables.api import PreparedRows
from cairn.policy.facts import Clearance, CompletionFact, ConfidentialitySignature, Curriculum

__all__ = ["load_clearance", "load_clearances"]


_SIGNATURES: Final = PreparedRows(
    lambda ids: (
        models.Signature.objects.filter(user__in=ids)
        .order_by("pk")
        .values_list("user_id", "version", "signed_at")
    )
)
_COMPLETIONS: Final = PreparedRows(
    lambda ids: (
        models.Completion.objects.filter(user__in=ids)
        .order_by("pk")
        .values_list("user_id", "course", "version", "passed_on", "expires_on", "how")
    )
)


@cache
def load_curriculum() -> Curriculum:
    """Return what every person who can see student-level data must sign and complete.

    Returns:
        The confidentiality agreement, the required modules and the workshop, each with the oldest
        version that still counts. Cached: they ship with the software.
    """
    final_workshop = find_workshop()
    return Curriculum(
        confidentiality=load_confidentiality_agreement().accepts,
        modules=tuple((course.id, course.accepts) for course in list_required_modules()),
        workshop=(final_workshop.id, final_workshop.accepts),
    )


def load_clearance(user_id: int) -> Clearance:
    """Return one person's clearance facts.

    Args:
        user_id: primary key of the user.
    Returns:
        Everything that this person ever signed and completed, with the requirements.
    """
    return load_clearances([user_id])[user_id]


def load_clearances(user_ids: Iterable[int]) -> Mapping[int, Clearance]:
    """Return the clearance facts of several people with two queries in total.

    Args:
        user_ids: primary keys of the users.
    Returns:
        User primary key → clearance facts; empty if no user is given.
    """
    ids = list(user_ids)
    if not ids:
        return {}
    signed: dict[int, list[ConfidentialitySignature]] = {pk: [] for pk in ids}
    completed: dict[int, list[CompletionFact]] = {pk: [] for pk in ids}
    for user, version, at in _SIGNATURES.read(ids):
        signed[user].append(ConfidentialitySignature(version, timezone.localdate(at)))
    for user, *completion in _COMPLETIONS.read(ids):
        completed[user].append(CompletionFact(*completion))
    required = load_curriculum()
    return {pk: Clearance(required, tuple(signed[pk]), tuple(completed[pk])) for pk in ids}
