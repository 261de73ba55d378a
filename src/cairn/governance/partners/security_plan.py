"""Write a privacy and security plan from the actual settings of this installation.

Each sentence comes from settings, rows or the organization's own answers, so that the
plan never claims an intention as a fact; missing safeguards are listed as missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.db import connection

from cairn.governance.partners.facts import load_security_facts
from cairn.governance.partners.models import Affiliation, Assessment, Bar, Organization
from cairn.governance.partners.questionnaire import list_questionnaires_for
from cairn.governance.training import api as training_api
from cairn.policy.law import STUDENT_DATA_ROLES
from cairn.policy.vocabulary import OrganizationKind
from cairn.warehouse.store import MASTER_KEY_VARIABLE, locate_key_file

__all__ = ["write_security_plan"]

_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class PlanSection:
    """One heading of a plan and its sentences."""

    heading: str
    sentences: tuple[str, ...]


def build_plan_sections(organization: Organization, on: date) -> tuple[PlanSection, ...]:
    """Build the sections of an organization's plan on a date.

    Args:
        organization: the organization's row.
        on: the date.

    Returns:
        The sections.
    """
    return (
        PlanSection("Law", _LAW_SENTENCES),
        PlanSection("Who has access", tuple(_describe_access(organization, on))),
        PlanSection("How people prove who they are", tuple(_describe_sign_in())),
        PlanSection("How records are kept", tuple(_describe_storage())),
        PlanSection("Training", tuple(_describe_training())),
        PlanSection("What is recorded", _RECORD_SENTENCES),
        PlanSection("When something goes wrong", _INCIDENT_SENTENCES),
        PlanSection("What is left to do", tuple(_describe_remaining_work(organization, on))),
    )


def write_security_plan(organization: Organization, on: date) -> str:
    """Write the plan as plain text, to read, adopt and print.

    Args:
        organization: the organization's row.
        on: the date.

    Returns:
        The text.
    """
    parts = [f"Privacy and security plan of {organization.name}, as of {on.isoformat()}"]
    for section in build_plan_sections(organization, on):
        lines = [f"  - {sentence}" for sentence in section.sentences]
        parts.append("\n".join([section.heading, *lines]))
    parts.append(
        "General guidance, not legal advice: have it read by counsel before you rely on it."
    )
    return "\n\n".join(parts) + "\n"


_LAW_SENTENCES = (
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

_RECORD_SENTENCES = (
    (
        "Every request and every disclosure is recorded before records leave, also those that were "
        "refused (34 CFR 99.32)."
    ),
    (
        "The record is a chain in which each line seals the one before; a change to any line is "
        "found when the chain is verified."
    ),
)

_INCIDENT_SENTENCES = (
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


def _describe_access(organization: Organization, on: date) -> Iterator[str]:
    rows = Affiliation.objects.live(on).filter(
        organization=organization, role__in=STUDENT_DATA_ROLES, user__is_active=True
    )
    people = rows.values("user").distinct().count()
    yield f"People whose role lets them see records: {people}. Access is computed each day."
    (security_fact,) = load_security_facts([organization])
    untrained = security_fact.count_untrained_people(on) or 0
    if untrained:
        yield f"{untrained} of them have not finished the training; until then nobody has access."
    else:
        yield "Everyone among them who is past their first 30 days has finished the training."


def _describe_sign_in() -> Iterator[str]:
    yield "Each person has an account of their own; nobody can see a child without a second factor."
    hours = settings.SESSION_COOKIE_AGE // _SECONDS_PER_HOUR
    yield f"A session ends after {hours} hours, and when the browser is closed."
    validators = cast("list[dict[str, Any]]", settings.AUTH_PASSWORD_VALIDATORS)
    min_lengths = [
        validator["OPTIONS"]["min_length"]
        for validator in validators
        if "min_length" in validator.get("OPTIONS", {})
    ]
    yield f"A password has at least {max(min_lengths)} characters and is none of the common ones."


def _describe_storage() -> Iterator[str]:
    yield (
        "Partners' rows are encrypted files; each has a key of its own, and destroying the key "
        "destroys the file."
    )
    if locate_key_file(settings.CAIRN_DATA).exists():
        yield (
            f"The master key lies in a file on the same disk. For real records, set "
            f"{MASTER_KEY_VARIABLE} "
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


def _describe_training() -> Iterator[str]:
    modules = training_api.list_required_modules()
    module_titles = "; ".join(course.title for course in modules)
    workshop_title = training_api.find_workshop().title
    yield (
        f"Everyone with access passes {len(modules)} modules ({module_titles}), "
        f"then takes part in the {workshop_title[0].lower()}{workshop_title[1:]}."
    )
    yield (
        f"Everyone with access signs the confidentiality agreement, now version "
        f"{training_api.load_confidentiality_agreement().version}."
    )
    shortest = min(course.valid_days for course in training_api.list_required_modules())
    yield f"A course counts for a set time, the shortest {shortest} days; then it is taken again."


def _describe_remaining_work(organization: Organization, on: date) -> Iterator[str]:
    for questionnaire in list_questionnaires_for(OrganizationKind(organization.kind)):
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
