"""Rows → facts: what people signed and passed, and what is asked of everyone with access."""

from collections.abc import Iterable, Mapping

from django.utils import timezone

from cairn.rules.clearance import Clearance, Completion, ConfidentialitySigned, Curriculum
from cairn.training import models
from cairn.training.confidentiality import agreement
from cairn.training.course import modules, workshop


def curriculum() -> Curriculum:
    """What is asked today of everyone who can see a child."""
    last = workshop()
    return Curriculum(
        confidentiality=agreement().version,
        modules=tuple((course.id, course.accepts) for course in modules()),
        workshop=(last.id, last.accepts),
    )


def clearance(user_id: int) -> Clearance:
    """One person's clearance, with all that they ever signed and passed."""
    return clearances([user_id])[user_id]


def clearances(user_ids: Iterable[int]) -> Mapping[int, Clearance]:
    """The clearance of each person; two queries however many they are."""
    ids = list(user_ids)
    signed: dict[int, list[ConfidentialitySigned]] = {pk: [] for pk in ids}
    completed: dict[int, list[Completion]] = {pk: [] for pk in ids}
    for signature in models.Signature.objects.filter(user__in=ids).order_by("pk"):
        day = timezone.localdate(signature.signed_at)
        signed[signature.user_id].append(ConfidentialitySigned(signature.version, day))
    for row in models.Completion.objects.filter(user__in=ids).order_by("pk"):
        completed[row.user_id].append(
            Completion(row.course, row.version, row.passed_on, row.expires_on, row.how)
        )
    required = curriculum()
    return {pk: Clearance(required, tuple(signed[pk]), tuple(completed[pk])) for pk in ids}
