"""What waits for the district, and whose rights have passed to the student."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.consents import facts
from cairn.consents.queries.consents import consents, disagreements, organizations, to_verify
from cairn.consents.queries.opt_outs import objections
from cairn.consents.queries.program import to_confirm
from cairn.partners.waiting import Waiting
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.consent_record import rights_passed
from cairn.rules.vocabulary import Action, ConsentState, Relation

_OPEN = (ConsentState.GRANTED.value, ConsentState.VERIFIED.value)


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What waits for this person: consents to verify, disagreements to decide."""
    found = []
    if may_open(Action.VERIFY_CONSENT, who, on=on).allowed:
        rows = to_verify(who, on)
        if oldest := rows.first():
            day = date_format(timezone.localdate(oldest.recorded_at), "DATE_FORMAT")
            since = _("Oldest from %(day)s") % {"day": day}
            url = reverse("consents:queue")
            n = rows.count()
            title = ngettext("consent to verify", "consents to verify", n)
            found.append(Waiting(n, title, url, since))
        if claimed := to_confirm(who, on).count():
            title = ngettext(
                "child on a program's list to confirm",
                "children on programs' lists to confirm",
                claimed,
            )
            found.append(Waiting(claimed, title, reverse("consents:claims")))
    if may_open(Action.ANSWER_FAMILY, who, on=on).allowed and (open_ := disagreements(who, on)):
        title = ngettext(
            "family in which two parents disagree",
            "families in which two parents disagree",
            len(open_),
        )
        found.append(Waiting(len(open_), title, reverse("consents:conflicts")))
    if may_open(Action.ANSWER_FAMILY, who, on=on).allowed and (disputed := objections(who, on)):
        title = ngettext(
            "opt-out that someone else wants ended",
            "opt-outs that someone else wants ended",
            len(disputed),
        )
        found.append(Waiting(len(disputed), title, reverse("consents:conflicts")))
    return found


def came_of_age(who: Actor, on: date) -> int:
    """How many of one's own children with a parent's consent hold their own rights now.

    A program that collected the consent is not told: it would learn why a child left its list.
    """
    if not may_open(Action.ANSWER_FAMILY, who, on=on).allowed:
        return 0
    mine = organizations(Action.ANSWER_FAMILY, who, on)
    given = (
        consents(who, on)
        .filter(child__organization__in=mine, state__in=_OPEN)
        .exclude(relation=Relation.STUDENT.value)
    )
    people = facts.people(given.values_list("child__key", flat=True), on)
    return sum(1 for person in people if rights_passed(person, on))
