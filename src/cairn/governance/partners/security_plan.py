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
from django.utils import formats

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
        PlanSection("Applicable law", _LAW_SENTENCES),
        PlanSection("Access", tuple(_describe_access(organization, on))),
        PlanSection("Sign-in and passwords", tuple(_describe_sign_in())),
        PlanSection("Data storage and encryption", tuple(_describe_storage())),
        PlanSection("Training", tuple(_describe_training())),
        PlanSection("Audit log", _RECORD_SENTENCES),
        PlanSection("Incident response", _INCIDENT_SENTENCES),
        PlanSection("Open items", tuple(_describe_remaining_work(organization, on))),
    )


def write_security_plan(organization: Organization, on: date) -> str:
    """Write the plan as plain text, to read, adopt and print.

    Args:
        organization: the organization's row.
        on: the date.

    Returns:
        The text.
    """
    parts = [f"Privacy and security plan of {organization.name}, as of {_format_day(on)}"]
    for section in build_plan_sections(organization, on):
        lines = [f"  - {sentence}" for sentence in section.sentences]
        parts.append("\n".join([section.heading, *lines]))
    parts.append(
        "General guidance, not legal advice. Ask counsel to review this plan before you rely on it."
    )
    return "\n\n".join(parts) + "\n"


_LAW_SENTENCES = (
    (
        "Education records are shared under the Family Educational Rights and Privacy Act (20 USC "
        "1232g; 34 CFR Part 99) only with written consent or under an exception, and only under an "
        "agreement that is in force on that day."
    ),
    (
        "If a state law, or a law about one type of record such as meal status or health, is "
        "stricter, the stricter law applies."
    ),
    (
        "A recipient uses records only for the purpose for which they were shared, does not "
        "redisclose them to a party that is not named, and destroys them by the agreed date "
        "(34 CFR 99.33, 99.35)."
    ),
)

_RECORD_SENTENCES = (
    (
        "Every request and every disclosure is recorded before records are released. Refused "
        "requests are recorded too (34 CFR 99.32)."
    ),
    (
        "Each line of the audit log contains a hash of the line before. Verifying the log detects "
        "a change to any line."
    ),
)

_INCIDENT_SENTENCES = (
    (
        "A person who notices a loss reports it to the data steward the same day. Reporting is "
        "never punished."
    ),
    (
        "The data owners are notified within 24 hours. They decide whether and how to notify "
        "families and authorities."
    ),
    (
        "When a person with access leaves, their access ends that day automatically. The "
        "organizations that own the records they saw are notified within 24 hours."
    ),
)


def _describe_access(organization: Organization, on: date) -> Iterator[str]:
    rows = Affiliation.objects.filter_active(on).filter(
        organization=organization, role__in=STUDENT_DATA_ROLES, user__is_active=True
    )
    people = rows.values("user").distinct().count()
    yield f"People with a role that can see student records: {people}. Access is checked every day."
    (security_fact,) = load_security_facts([organization])
    untrained = security_fact.count_untrained_people(on) or 0
    if untrained:
        yield f"Training not finished: {untrained}. No one has access until they finish."
    else:
        yield "All of them have finished the training, except people in their first 30 days."


def _describe_sign_in() -> Iterator[str]:
    yield "Each person has their own account. Student records require multi-factor authentication."
    hours = settings.SESSION_COOKIE_AGE // _SECONDS_PER_HOUR
    yield f"A session ends after {hours} hours and when the browser is closed."
    validators = cast("list[dict[str, Any]]", settings.AUTH_PASSWORD_VALIDATORS)
    min_lengths = [
        validator["OPTIONS"]["min_length"]
        for validator in validators
        if "min_length" in validator.get("OPTIONS", {})
    ]
    yield f"A password has at least {max(min_lengths)} characters. Common passwords are rejected."


def _describe_storage() -> Iterator[str]:
    yield (
        "Partners' data are stored in encrypted files. Each file has its own key, and destroying "
        "the key destroys the file."
    )
    if locate_key_file(settings.CAIRN_DATA).exists():
        yield (
            "The master key is stored in a file on the same disk as the data. Before you use real "
            f"records, set {MASTER_KEY_VARIABLE} from a separate location."
        )
    else:
        yield "The master key is stored separately from the data."
    yield "Names and birth dates are stored in a separate database."
    yield f"Agreements, users and the disclosure log are stored in {connection.display_name}."
    if settings.SECURE_SSL_REDIRECT:
        yield "Every page is served over an encrypted connection (HTTPS)."
    else:
        yield "The server accepts connections from this computer only. No data crosses a network."


def _describe_training() -> Iterator[str]:
    modules = training_api.list_required_modules()
    module_titles = "; ".join(course.title for course in modules)
    workshop_title = training_api.find_workshop().title
    yield (
        f"Everyone with access passes {len(modules)} modules ({module_titles}) "
        f"and then attends the {workshop_title[0].lower()}{workshop_title[1:]}."
    )
    yield (
        f"Everyone with access signs the confidentiality agreement. The current version is "
        f"{training_api.load_confidentiality_agreement().version}."
    )
    shortest = min(course.valid_days for course in training_api.list_required_modules())
    yield f"Courses expire and must be repeated. The shortest validity is {shortest} days."


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
            yield f"{questionnaire.title}: not answered or expired."
            continue
        yield f"{questionnaire.title}: {row.score} of 100 on {_format_day(row.assessed_on)}."
        for item in questionnaire.findings(row.answers):
            answer = row.answers.get(item.id, "not answered")
            yield f"{item.ask} Answer: {answer}. What to do: {item.otherwise}"
    if Bar.objects.filter(organization=organization, until__gte=on, lifted_on=None).exists():
        yield "The organization is barred from education records (34 CFR 99.67)."


def _format_day(day: date) -> str:
    return formats.date_format(day, "F j, Y")
