"""What families answered, the forms they answer, and what waits: narrowed before it is fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from cairn.consents import facts
from cairn.consents.answering import signer_name
from cairn.consents.models import Child, Consent, ConsentForm, Sitting
from cairn.consents.models.form import PURPOSES
from cairn.consents.naming import named
from cairn.consents.sealing import Label, label
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.consent_record import Standing, collector_reads, standing
from cairn.rules.people import PersonFact
from cairn.rules.policy import Policy
from cairn.rules.vocabulary import Action, ConsentState

_OPEN = (ConsentState.GRANTED.value, ConsentState.VERIFIED.value)


@dataclass(frozen=True, slots=True)
class Read:
    """One consent with what only those who may see it read: whose it is and who signed."""

    row: Consent
    child: Label
    signer: str
    standing: Standing | None

    @property
    def records(self) -> list[str]:
        """What the family agreed to, in words."""
        return sorted(map(named, self.row.records))

    @property
    def purposes(self) -> list[str]:
        """What it is for, in words."""
        words = dict(PURPOSES)
        return [str(words[purpose]) for purpose in self.row.form.purposes]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A form about which two who hold the right disagree, and what each answered."""

    child: Child
    told: Label
    form: ConsentForm
    answers: tuple[Read, ...]


def organizations(action: Action, who: Actor, on: date) -> QuerySet[Organization]:
    """The organizations at which this person may do this. Raises `Refused` where there is none."""
    may_open(action, who, on=on).require()
    slugs = Organization.objects.values_list("slug", flat=True)
    mine = [s for s in slugs if may_open(action, who, organization=s, on=on).allowed]
    return Organization.objects.filter(slug__in=mine)


def consents(who: Actor, on: date) -> QuerySet[Consent]:
    """The consents of one's own children; and of those that one's own program collected, what a
    collector still reads (`rules.consent_record.collector_reads`)."""
    mine = organizations(Action.VIEW_CONSENTS, who, on)
    return (
        Consent.objects.filter(Q(child__organization__in=mine) | Q(pk__in=_collected(mine, on)))
        .select_related(
            "child__organization", "form__organization", "collected_by", "superseded_by"
        )
        .prefetch_related("form__parties")
        .distinct()
    )


def _collected(mine: QuerySet[Organization], on: date) -> list[int]:
    """What these programs collected of other organizations' children, and still read."""
    rows = list(
        Consent.objects.filter(collected_by__in=mine)
        .exclude(child__organization__in=mine)
        .select_related("child")
    )
    people = {p.id: p for p in facts.people({row.child.key for row in rows}, on)}
    return [row.pk for row in rows if _still_read(row, people[row.child.key], on)]


def _still_read(row: Consent, person: PersonFact, on: date) -> bool:
    yes = next((c for c in person.consents if c.id == row.reference), None)
    return collector_reads(ConsentState(row.state), yes, person, Policy(), on)


def forms(who: Actor, on: date) -> QuerySet[ConsentForm]:
    """The forms of one's own district, and those that name one's own program."""
    mine = organizations(Action.VIEW_CONSENTS, who, on)
    seen = Q(consents__in=consents(who, on))
    kept = seen & Q(consents__state__in=_OPEN)
    return (
        ConsentForm.objects.filter(Q(organization__in=mine) | Q(parties__in=mine))
        .annotate(
            given=Count("consents", filter=kept, distinct=True),
            waits=Count(
                "consents",
                filter=seen & Q(consents__state=ConsentState.GRANTED.value),
                distinct=True,
            ),
        )
        .select_related("organization")
        .prefetch_related("parties")
    )


def sittings(who: Actor, on: date) -> QuerySet[Sitting]:
    """The lists that were recorded, newest first, each with how many answers were on it.

    How many of them still stand is not told: a collector could tell who took a yes back.
    """
    mine = organizations(Action.VIEW_CONSENTS, who, on)
    return (
        Sitting.objects.filter(Q(collected_by__in=mine) | Q(form__organization__in=mine))
        .select_related("form__organization", "collected_by", "recorded_by")
        .annotate(total=Count("consents", distinct=True))
    )


def to_verify(who: Actor, on: date) -> QuerySet[Consent]:
    """The consents that wait for one's own district, oldest first. Raises `Refused`."""
    mine = organizations(Action.VERIFY_CONSENT, who, on)
    return (
        Consent.objects.filter(child__organization__in=mine, state=ConsentState.GRANTED.value)
        .select_related(
            "child__organization",
            "form__organization",
            "sitting",
            "collected_by",
            "superseded_by",
        )
        .prefetch_related("form__parties")
        .order_by("recorded_at", "pk")
    )


def read(rows: Iterable[Consent], on: date) -> list[Read]:
    """Consents with names unsealed and their standing on a date; for those who may see them."""
    found, keys = list(rows), {row.child.key for row in rows}
    people = {person.id: person for person in facts.people(keys, on)}
    policy = Policy()
    read_ = []
    for row in found:
        person = people[row.child.key]
        mine = next((c for c in person.consents if c.id == row.reference), None)
        said = standing(mine, person, policy, on) if mine else None
        read_.append(Read(row, label(row.child.key, row.child.sealed), signer_name(row), said))
    return read_


def disagreements(who: Actor, on: date) -> list[Disagreement]:
    """Where two parents disagree about a child of one's own district. Raises `Refused`."""
    mine = organizations(Action.ANSWER_FAMILY, who, on)
    told_no = Q(consents__state=ConsentState.REFUSED.value) | ~Q(consents__revoker="")
    rows = (
        Child.objects.filter(told_no, organization__in=mine)
        .distinct()
        .prefetch_related("consents__form", "consents__child", "conflict_answers")
    )
    return [
        Disagreement(
            child,
            label(child.key, child.sealed),
            form,
            tuple(read([c for c in child.consents.all() if c.form == form], on)),
        )
        for child in rows
        for form in facts.conflicts(child)
    ]
