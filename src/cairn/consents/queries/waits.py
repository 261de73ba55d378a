"""What waits for the district, what comes of age, and on which day."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.consents import facts
from cairn.consents.models import Child
from cairn.consents.queries.consents import consents, disagreements, organizations, to_verify
from cairn.partners.due import Due, DueKind
from cairn.partners.waiting import Waiting
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.consent_record import rights_passed
from cairn.rules.people import PersonFact
from cairn.rules.rights import majority
from cairn.rules.vocabulary import Action, ConsentState, Relation

_OPEN = (ConsentState.GRANTED.value, ConsentState.VERIFIED.value)


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What waits for this person: consents to verify, parents who disagree."""
    found = []
    if may_open(Action.VERIFY_CONSENT, who, on=on).allowed:
        rows = to_verify(who, on)
        if oldest := rows.first():
            day = timezone.localdate(oldest.recorded_at).isoformat()
            since = _("Oldest from %(day)s") % {"day": day}
            url = reverse("consents:queue")
            found.append(Waiting(rows.count(), _("consents to verify"), url, since))
    if may_open(Action.ANSWER_FAMILY, who, on=on).allowed and (open_ := disagreements(who, on)):
        title = _("families in which two parents disagree")
        found.append(Waiting(len(open_), title, reverse("consents:conflicts")))
    return found


def due(who: Actor, on: date, until: date) -> list[Due]:
    """The days on which students with a parent's consent come of age: how many, and never who.

    From that day on the student is asked (34 CFR 99.5(a)).
    """
    if not may_open(Action.ANSWER_FAMILY, who, on=on).allowed:
        return []
    days: Counter[tuple[date, str]] = Counter()
    for organization in organizations(Action.ANSWER_FAMILY, who, on):
        children = Child.objects.filter(organization=organization, consents__state__in=_OPEN)
        keys = children.values_list("key", flat=True).distinct()
        birthdays = _birthdays(facts.people(keys, on))
        days.update((day, organization.slug) for day in birthdays if on < day <= until)
    return [
        Due(
            day,
            ngettext(
                "%(n)d student comes of age: ask for their own consent",
                "%(n)d students come of age: ask for their own consents",
                n,
            )
            % {"n": n},
            DueKind.BIRTHDAY,
            organization,
            reverse("consents:list"),
        )
        for (day, organization), n in sorted(days.items())
    ]


def came_of_age(who: Actor, on: date) -> int:
    """How many children with a parent's consent are students with their own rights now."""
    given = consents(who, on).filter(state__in=_OPEN).exclude(relation=Relation.STUDENT.value)
    people = facts.people(given.values_list("child__key", flat=True), on)
    return sum(1 for person in people if rights_passed(person, on))


def _birthdays(people: tuple[PersonFact, ...]) -> Iterator[date]:
    return (majority(person.birth_date) for person in people if person.birth_date)
