"""Rows → facts: what people signed and passed, and what is asked of everyone with access."""

from collections.abc import Iterable, Mapping
from functools import cache

from django.utils import timezone

from cairn.rules.clearance import Clearance, Completion, ConfidentialitySigned, Curriculum
from cairn.training import models
from cairn.training.confidentiality import agreement
from cairn.training.course import modules, workshop


@cache
def curriculum() -> Curriculum:
    """What is asked of everyone who can see a child, by the courses of this release."""
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
    if not ids:
        return {}
    signed: dict[int, list[ConfidentialitySigned]] = {pk: [] for pk in ids}
    completed: dict[int, list[Completion]] = {pk: [] for pk in ids}
    signatures = models.Signature.objects.filter(user__in=ids).order_by("pk")
    for user, version, at in signatures.values_list("user_id", "version", "signed_at"):
        signed[user].append(ConfidentialitySigned(version, timezone.localdate(at)))
    rows = models.Completion.objects.filter(user__in=ids).order_by("pk")
    columns = ("user_id", "course", "version", "passed_on", "expires_on", "how")
    for user, *completion in rows.values_list(*columns):
        completed[user].append(Completion(*completion))
    required = curriculum()
    return {pk: Clearance(required, tuple(signed[pk]), tuple(completed[pk])) for pk in ids}
