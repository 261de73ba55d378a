"""Run `cairn people`: add people, list them, and record signatures and training."""

from dataclasses import dataclass
from datetime import date

import typer
from django.utils import timezone

from cairn.governance.partners import api as partners_api
from cairn.governance.training import api as training_api
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.platform.accounts.api import User, build_invitation_path
from cairn.policy.checks import find_training_state
from cairn.policy.vocabulary import STAFF_ROLES, Role


@dataclass(frozen=True, slots=True)
class NewStaffMember:
    """Hold a person who is to have a role."""

    email: str
    name: str
    role: str
    organization: str


def add_staff_member(
    output: CommandOutput, new_member: NewStaffMember, acting_email: str | None
) -> None:
    """Add the person, or set up the installation with them, and print the link for a password."""
    if new_member.role not in set(STAFF_ROLES):
        roles = ", ".join(role.value for role in Role if role in STAFF_ROLES)
        raise CommandUsageError(f"--role: there is no role “{new_member.role}”. Roles: {roles}.")
    user = (
        _add_to_organization(new_member, acting_email)
        if partners_api.has_first_user()
        else _add_first_data_manager(new_member)
    )
    invitation_link = build_invitation_path(user)
    output.facts.update(email=user.email, role=new_member.role, password_path=invitation_link)
    output.print_text(f"{user.name} is now {new_member.role.replace('_', ' ')}.")
    output.print_text("Give them this link to choose a password. It works once, within three days:")
    output.print_text(f"  http://127.0.0.1:8000{invitation_link}")


def print_staff(output: CommandOutput, acting_email: str | None) -> None:
    """Print who acts for which organization, as far as the user may see."""
    today = timezone.localdate()
    rows = partners_api.list_visible_people(
        partners_api.load_actor(partners_api.find_operator(acting_email)), today
    )
    output.facts["people"] = [
        {
            "email": row.user.email,
            "name": row.user.name,
            "role": row.role,
            "organization": row.organization.slug,
            "from": row.starts.isoformat(),
            "to": row.ends.isoformat() if row.ends else None,
        }
        for row in rows
    ]
    output.print_table(
        ("Name", "Email", "Role", "Organization", "From", "To"),
        [
            tuple(person[column] or "" for column in _STAFF_COLUMNS)
            for person in output.facts["people"]
        ],
    )


_STAFF_COLUMNS = ("name", "email", "role", "organization", "from", "to")


def _add_first_data_manager(new_member: NewStaffMember) -> User:
    if new_member.role != Role.DATA_MANAGER.value:
        raise CommandUsageError(
            "The first person must be the data manager: they add everyone else. "
            "Leave --role out, or use --role data_manager."
        )
    return partners_api.create_first_user(
        email=new_member.email,
        name=new_member.name,
        organization=new_member.organization,
        at=timezone.localtime(),
    )


def _add_to_organization(new_member: NewStaffMember, acting_email: str | None) -> User:
    organization = partners_api.Organization.objects.filter(slug=new_member.organization).first()
    if organization is None:
        partner_names = ", ".join(partners_api.Organization.objects.values_list("slug", flat=True))
        raise CommandUsageError(
            f"--organization: there is no partner “{new_member.organization}”. "
            f"Partners: {partner_names}."
        )
    at = timezone.localtime()
    return partners_api.add_person(
        email=new_member.email,
        name=new_member.name,
        organization=organization,
        role=Role(new_member.role),
        starts=timezone.localdate(at),
        by=partners_api.find_operator(acting_email),
        at=at,
    ).user


_ALL_MODULES = "all"


@dataclass(frozen=True, slots=True)
class OutsideTraining:
    """Hold training that a person completed elsewhere."""

    email: str
    modules: tuple[str, ...]
    on: str
    how: str
    organization: str | None


def sign_typed_agreement(
    output: CommandOutput, email: str, name: str | None, acting_email: str | None
) -> None:
    """Show the confidentiality agreement, ask for the typed name, and keep the signature.

    A person signs for themselves only.
    """
    user, text, at = (
        partners_api.find_operator(email),
        training_api.load_confidentiality_agreement(),
        timezone.localtime(),
    )
    acting_user = partners_api.find_operator(acting_email) if acting_email else user
    if name is None:
        output.print_text(text.text)
        name = typer.prompt("Type your name to sign", err=True)
    if name.strip().casefold() != user.name.casefold():
        raise CommandUsageError(f"This is not the name of the account. Type: {user.name}")
    training_api.sign_confidentiality(
        typed_name=name.strip(),
        digest=text.digest,
        how="name typed in a command on the server",
        user=user,
        by=acting_user,
        at=at,
    )
    output.facts.update(email=user.email, version=text.version, digest=text.digest)
    output.print_text(
        f"{user.name} has signed version {text.version} of the confidentiality agreement."
    )
    _report_clearance(output, user, timezone.localdate(at))


def record_outside_training(
    output: CommandOutput, training: OutsideTraining, acting_email: str | None
) -> None:
    """Record each course, with where and with which organization the person took it."""
    at, person = timezone.localtime(), partners_api.find_operator(training.email)
    took_place = _parse_training_date(training.on)
    organization = _choose_affiliation(person, training.organization, timezone.localdate(at))
    course_names = (
        [module.id for module in training_api.list_required_modules()]
        if _ALL_MODULES in training.modules
        else list(training.modules)
    )
    courses: list[training_api.Course] = [training_api.find_course(name) for name in course_names]
    for attended_course in courses:
        row = partners_api.attest_training(
            person=person,
            organization=organization,
            course=attended_course,
            took_place=took_place,
            how=training.how,
            by=partners_api.find_operator(acting_email),
            at=at,
        )
        output.print_text(f"{attended_course.title}: valid through {row.expires_on.isoformat()}.")
    output.facts.update(email=person.email, recorded=course_names)
    _report_clearance(output, person, timezone.localdate(at))


def _report_clearance(output: CommandOutput, user: User, on_date: date) -> None:
    """Report the missing requirements, if there are any."""
    clearance_facts = training_api.load_clearance(user.pk)
    cleared_until, missing = (
        clearance_facts.find_last_day(on_date),
        list(clearance_facts.list_missing_modules(on_date)),
    )
    output.facts.update(
        state=find_training_state(clearance_facts, on_date).value,
        until=cleared_until,
        missing=missing,
    )
    if cleared_until is not None:
        output.print_text(
            f"{user.name} meets the access requirements through {cleared_until.isoformat()}."
        )
        return
    if not clearance_facts.has_signed(on_date):
        output.print_text(f"Next: cairn people sign {user.email}")
    if missing:
        output.print_text(f"Modules to complete: {', '.join(missing)}.")
    elif not clearance_facts.has_attended_workshop(on_date):
        output.print_text("Next: the workshop.")


def _choose_affiliation(person: User, slug: str | None, on_date: date) -> partners_api.Organization:
    """Choose where a person has a role: the named organization, else the only one."""
    organizations = partners_api.Organization.objects.filter(
        affiliations__in=partners_api.Affiliation.objects.filter_active(on_date).filter(user=person)
    ).distinct()
    rows = list(organizations if slug is None else organizations.filter(slug=slug))
    if len(rows) == 1:
        return rows[0]
    organization_names = ", ".join(organizations.values_list("slug", flat=True)) or "none"
    raise CommandUsageError(
        f"--organization: choose where {person.name} has a role today: {organization_names}."
    )


def _parse_training_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandUsageError(f"--on: “{text}” is not a date. Write it as 2026-09-01.") from None
