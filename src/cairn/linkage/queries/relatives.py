"""Who a person of the index is related to, as it is kept: for reviewers alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.audit.models import Work
from cairn.disclosures.queries import names
from cairn.linkage import related
from cairn.linkage.among import among
from cairn.linkage.models import Person, Relationship, RelationshipVerdict, RelationshipWaiting
from cairn.warehouse.person.relations import Ground, Kin

_LIKELY: Final = {
    Kin.GUARDIAN: gettext_lazy("guardian, as stated"),
    Kin.TWIN: gettext_lazy("likely her twin"),
    Kin.SIBLING: gettext_lazy("likely her brother or sister"),
    Kin.HOUSEHOLD: gettext_lazy("the same household"),
}
_SAID: Final = {
    Kin.GUARDIAN: gettext_lazy("guardian"),
    Kin.TWIN: gettext_lazy("her twin"),
    Kin.SIBLING: gettext_lazy("her brother or sister"),
    Kin.HOUSEHOLD: gettext_lazy("the same household"),
}
_GROUNDS: Final = {
    Ground.ADDRESS: gettext_lazy("one address"),
    Ground.GUARDIAN: gettext_lazy("one guardian"),
    Ground.SURNAME: gettext_lazy("a surname"),
    Ground.BIRTH_DATE: gettext_lazy("the birth date"),
}


@dataclass(frozen=True, slots=True)
class Relative:
    """A fact as the page says it. ``person``: whose page it leads to; none of a guardian, whom
    ``guardian`` names. ``verdict``: what a reviewer said of it, if that made or ended it."""

    kind: str | Promise
    name: str
    person: str
    guardian: str
    evidence: str
    sources: tuple[str, ...]
    since: datetime
    until: datetime | None
    verdict: RelationshipVerdict | None


@dataclass(frozen=True, slots=True)
class Family:
    """All that is kept of a person's relationships: what holds, what held, what reviewers said.
    ``waits_since``: what came since then is not worked out yet; none where all is."""

    now: tuple[Relative, ...]
    past: tuple[Relative, ...]
    said: tuple[RelationshipVerdict, ...]
    waits_since: datetime | None = None


def family(row: Person) -> Family:
    """The household, siblings and guardians of a person, and who said so."""
    shown = [_relative(one, row.pk) for one in facts(row.pk)]
    mine = {word.verdict for word in related.words([row.pk]) if row.pk in (word.one, word.other)}
    return Family(
        now=tuple(one for one in shown if one.until is None),
        past=tuple(one for one in shown if one.until is not None),
        said=tuple(RelationshipVerdict.objects.filter(pk__among=among(mine))),
        waits_since=RelationshipWaiting.objects.aggregate(first=Min("since"))["first"],
    )


def work() -> Work | None:
    """The worker's progress with relationships that no page waits for."""
    return Work.objects.filter(kind="relatives").first()


def facts(person: str) -> list[Relationship]:
    """The same as rows: those that hold first, then the newest that held. A fact between records
    that became one person's is none while they are."""
    mine = Relationship.objects.filter(Q(one=person) | Q(other=person))
    order = list(Kin)
    rows = sorted(
        mine.select_related("verdict"),
        key=lambda r: (order.index(Kin(r.kind)), r.other_id or "", r.since, r.guardian),
    )
    held = [row for row in rows if row.until is not None]
    return [
        *(row for row in rows if row.until is None),
        *sorted(held, key=lambda row: row.until or row.since, reverse=True),
    ]


def between(one: Person, other: Person) -> list[Relative]:
    """What is kept of two people: what holds, then the newest that held."""
    first, second = sorted((one.pk, other.pk))
    both = Relationship.objects.filter(one=first, other=second).select_related("verdict")
    return [_relative(fact, one.pk) for fact in both.order_by(F("until").desc(nulls_first=True))]


def guardian(row: Person, value: int) -> Relative | None:
    """The adult whom records name, or named, as guardian of hers."""
    mine = Relationship.objects.filter(one=row, kind=Kin.GUARDIAN, guardian=value)
    fact = mine.order_by(F("until").desc(nulls_first=True)).first()
    return _relative(fact, row.pk) if fact else None


def decisions() -> QuerySet[RelationshipVerdict]:
    """What reviewers said of relationships and holds, newest first."""
    return RelationshipVerdict.objects.filter(undone_at__isnull=True)


def slug(value: int) -> str:
    """A keyed hash as an address says it."""
    return f"{value % _SIZE:016x}"


def value_of(slug: str) -> int:
    """The keyed hash that an address says; raises ``ValueError`` where it says none."""
    value = int(slug, 16)
    return value - _SIZE if value >= _SIZE // 2 else value


_SIZE: Final = 1 << 64


def _relative(one: Relationship, person: str) -> Relative:
    called, kind = names(), Kin(one.kind)
    is_guardian = kind is Kin.GUARDIAN
    said = one.verdict is not None and one.until is None
    return Relative(
        kind=_SAID[kind] if said else _LIKELY[kind],
        name=_name(one) if is_guardian else "",
        person="" if is_guardian else str(one.other_id if one.one_id == person else one.one_id),
        guardian=slug(one.guardian) if is_guardian else "",
        evidence=_evidence(one, kind),
        sources=tuple(called.get(source, source) for source in one.sources),
        since=one.since,
        until=one.until,
        verdict=one.verdict,
    )


def _name(one: Relationship) -> str:
    return related.name_of(one).title()


def _evidence(one: Relationship, kind: Kin) -> str:
    """One sentence: why it is taken to be so."""
    if not one.grounds:
        return _("A reviewer said so; no record states it.")
    if kind is Kin.GUARDIAN:
        return _("Her records name this adult.")
    shared = get_text_list([str(_GROUNDS[Ground(ground)]) for ground in one.grounds], _("and"))
    if one.until is None:
        return _("Records of both state %(shared)s.") % {"shared": shared}
    return _("Records of both stated %(shared)s.") % {"shared": shared}
