"""A line of the audit trail as people read it: a sentence, names, each code once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.apps import apps

from cairn.audit import words
from cairn.audit.models import AuditLine
from cairn.partners.models import Organization

_ANSWERS: Final = {
    "allow": ("allowed", "good"),
    "allow_subset": ("allowed in part", "warm"),
    "needs_person": ("a person decides", "warm"),
    "deny": ("refused", "stop"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `event` and `subject` are the machine's own names for `what` and `about`."""

    number: int
    at: datetime
    what: str
    event: str
    about: str
    subject: str
    details: tuple[tuple[str, str], ...]
    who: str
    answer: str
    tone: str
    codes: tuple[str, ...]


def in_words(found: Iterable[AuditLine]) -> list[Line]:
    """The lines in their order, with every organization by its name."""
    rows = tuple(Organization.objects.all())
    by_id, by_slug = {str(row.pk): row.name for row in rows}, {row.slug: row.name for row in rows}
    rooms = {str(m._meta.model_name): str(m._meta.verbose_name) for m in apps.get_models()}
    kinds = {**rooms, **words.KINDS}
    return [_line(line, by_id, by_slug, kinds) for line in found]


def _line(
    line: AuditLine,
    by_id: Mapping[str, str],
    by_slug: Mapping[str, str],
    kinds: Mapping[str, str],
) -> Line:
    answer, tone = _ANSWERS.get(line.outcome, (line.outcome, ""))
    about = f"{kinds.get(line.subject_kind, line.subject_kind)} {line.subject_id}".strip()
    if line.subject_kind == "organization":
        about = by_id.get(line.subject_id, about)
    return Line(
        number=line.sequence,
        at=line.at,
        what=words.sentence(line.event),
        event=line.event,
        about=about[:1].upper() + about[1:],
        subject=line.subject,
        details=tuple(_detail(key, value, by_slug) for key, value in line.detail.items()),
        who=line.actor_label,
        answer=answer,
        tone=tone,
        codes=() if line.outcome == "allow" else tuple(dict.fromkeys(line.codes)),
    )


def _detail(key: str, value: str | int, by_slug: Mapping[str, str]) -> tuple[str, str]:
    label = words.DETAILS.get(key, key.replace("_", " "))
    if value in ("True", "False"):
        return label, "yes" if value == "True" else "no"
    return label, by_slug.get(str(value), str(value))
