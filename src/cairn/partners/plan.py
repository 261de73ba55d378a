"""A privacy and security plan, filled from how this installation really is set up.

A plan that says what somebody once intended is worth little in a breach. Each sentence here is
read from settings, rows or the organization's own answers; what is not done is said as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.db import connection

from cairn.partners.models import Affiliation, Assessment, Bar, Organization
from cairn.partners.questionnaire import asked_of
from cairn.partners.security_facts import security
from cairn.rules.roles import HOLDS_ACCESS
from cairn.rules.vocabulary import OrganizationKind
from cairn.training.confidentiality import agreement
from cairn.training.course import modules, workshop
from cairn.warehouse.keys import VARIABLE, key_file

_HOURS = 3600


@dataclass(frozen=True, slots=True)
class PlanSection:
    """One heading of a plan and its sentences."""

    heading: str
    sentences: tuple[str, ...]


def sections(organization: Organization, on: date) -> tuple[PlanSection, ...]:
    """The plan of one organization as things stand on a date."""
    return (
        PlanSection("Law", _LAW),
        PlanSection("Who has access", tuple(_people(organization, on))),
        PlanSection("How people prove who they are", tuple(_sign_in())),
        PlanSection("How records are kept", tuple(_storage())),
        PlanSection("Training", tuple(_training())),
        PlanSection("What is recorded", _RECORD),
        PlanSection("When something goes wrong", _INCIDENT),
        PlanSection("What is left to do", tuple(_left_to_do(organization, on))),
    )


def plan(organization: Organization, on: date) -> str:
    """The plan as plain text, for reading, adopting and printing."""
    parts = [f"Privacy and security plan of {organization.name}, as of {on.isoformat()}"]
    for section in sections(organization, on):
        lines = [f"  - {sentence}" for sentence in section.sentences]
        parts.append("\n".join([section.heading, *lines]))
    parts.append(
        "General guidance, not legal advice: have it read by counsel before you rely on it."
    )
    return "\n\n".join(parts) + "\n"


_LAW = (
    (
        "Education records are shared under the Family Educational Rights and Privacy Act (20 USC "
        "1232g; 34 CFR Part 99), only with written consent or where an exception holds, and only "
        "under an agreement that is in force on the day."
    ),
    (
        "Where the law of a state, or a law about one kind of record such as meal status or "
        "health, is stricter, the stricter one is followed."
    ),
    (
        "Whoever receives records uses them for the purpose for which they were shared, passes "
        "them on to nobody who is not named, and destroys them by the agreed day "
        "(34 CFR 99.33, 99.35)."
    ),
)
_RECORD = (
    (
        "Every request and every disclosure is recorded before records leave, also those that were "
        "refused (34 CFR 99.32)."
    ),
    (
        "The record is a chain in which each line seals the one before; a change to any line is "
        "found when the chain is verified."
    ),
)
_INCIDENT = (
    "Whoever notices a loss tells the data steward the same day. Nobody is punished for telling.",
    (
        "The organizations whose records are concerned hear of it within 24 hours; they decide "
        "what families and authorities are told."
    ),
    (
        "When someone with access leaves, their access ends on that day by itself, and the "
        "organizations whose records they saw hear of it within 24 hours."
    ),
)


def _people(organization: Organization, on: date) -> Iterator[str]:
    rows = Affiliation.objects.live(on).filter(
        organization=organization, role__in=HOLDS_ACCESS, user__is_active=True
    )
    people = rows.values("user").distinct().count()
    yield f"People whose role lets them see records: {people}. Access is computed each day."
    (known,) = security([organization])
    lagging = known.not_trained(on) or 0
    if lagging:
        yield f"{lagging} of them have not finished the training; until then nobody has access."
    else:
        yield "Everyone among them who is past their first 30 days has finished the training."


def _sign_in() -> Iterator[str]:
    yield "Each person has an account of their own; nobody can see a child without a second factor."
    hours = settings.SESSION_COOKIE_AGE // _HOURS
    yield f"A session ends after {hours} hours, and when the browser is closed."
    validators = cast("list[dict[str, Any]]", settings.AUTH_PASSWORD_VALIDATORS)
    shortest = [
        v["OPTIONS"]["min_length"] for v in validators if "min_length" in v.get("OPTIONS", {})
    ]
    yield f"A password has at least {max(shortest)} characters and is none of the common ones."


def _storage() -> Iterator[str]:
    yield (
        "Partners' rows are encrypted files; each has a key of its own, and destroying the key "
        "destroys the file."
    )
    if key_file(settings.CAIRN_DATA).exists():
        yield (
            f"The master key lies in a file on the same disk. For real records, set {VARIABLE} "
            "from a place of its own."
        )
    else:
        yield "The master key is not kept with the data."
    yield "Names and birth dates are kept in a database of their own, apart from all else."
    yield f"Agreements, people and the record of disclosures are in {connection.vendor}."
    if settings.SECURE_SSL_REDIRECT:
        yield "Every page is served over an encrypted connection only."
    else:
        yield "The server answers this machine only, so that nothing crosses a network."


def _training() -> Iterator[str]:
    named = "; ".join(course.title for course in modules())
    yield (
        f"Everyone with access passes {len(modules())} modules ({named}), then takes part in the "
        f"{workshop().title[0].lower()}{workshop().title[1:]}."
    )
    yield (
        f"Everyone with access signs the confidentiality agreement, now version "
        f"{agreement().version}."
    )
    shortest = min(course.valid_days for course in modules())
    yield f"A course counts for a set time, the shortest {shortest} days; then it is taken again."


def _left_to_do(organization: Organization, on: date) -> Iterator[str]:
    for questionnaire in asked_of(OrganizationKind(organization.kind)):
        row = (
            Assessment.objects.filter(
                organization=organization,
                questionnaire=questionnaire.id,
                assessed_on__lte=on,
                expires_on__gte=on,
            )
            .order_by("-assessed_on", "-pk")
            .first()
        )
        if row is None:
            yield f"{questionnaire.title}: not answered, or out of date."
            continue
        yield f"{questionnaire.title}: {row.score} of 100 on {row.assessed_on.isoformat()}."
        for item in questionnaire.findings(row.answers):
            answer = row.answers.get(item.id, "not answered")
            yield f"{item.ask} ({answer}) Next: {item.otherwise}"
    if Bar.objects.filter(organization=organization, until__gte=on, lifted_on=None).exists():
        yield "The organization is barred from education records (34 CFR 99.67)."
