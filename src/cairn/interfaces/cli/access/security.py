"""Run `cairn secure`: questionnaires, self-assessments and the security plan."""

import tomllib
from pathlib import Path

from django.utils import timezone

from cairn.governance.partners import api as partners_api
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.policy.vocabulary import OrganizationKind


def print_security_questions(output: CommandOutput, slug: str, acting_email: str | None) -> None:
    """Print a file of answers to fill in, with every question for this kind of organization."""
    organization = _find_organization(slug)
    partners_api.may_see_security(
        partners_api.load_actor(partners_api.find_operator(acting_email)),
        slug,
        timezone.localdate(),
    ).require()
    lines = [
        f"# How {organization.name} protects records. Answer each question: yes, partly or no."
    ]
    for questionnaire in partners_api.list_questionnaires_for(OrganizationKind(organization.kind)):
        lines += ["", f"[{questionnaire.id}]"]
        for item in questionnaire.items:
            lines += [f"# {item.ask}", f'{item.id} = ""']
    text = "\n".join(lines)
    output.facts["template"] = text
    output.print_text(text)


def record_security_answers(
    output: CommandOutput, slug: str, file: Path, acting_email: str | None
) -> None:
    """Score and keep every questionnaire of the file, and report the remaining work."""
    organization, by, at = (
        _find_organization(slug),
        partners_api.find_operator(acting_email),
        timezone.localtime(),
    )
    reports = []
    for name, answers in _read_answers(file).items():
        questionnaire = partners_api.load_questionnaires()[name]
        row = partners_api.record_assessment(
            organization=organization,
            questionnaire=questionnaire,
            answers=answers,
            note="",
            by=by,
            at=at,
        )
        findings = questionnaire.findings(answers)
        output.print_text(
            f"{questionnaire.title}: {row.score} of 100, valid through {row.expires_on}."
        )
        for item in findings:
            output.print_text(f"  {item.id}: {item.otherwise}")
        reports.append(
            {
                "questionnaire": name,
                "score": row.score,
                "left": [finding.id for finding in findings],
            }
        )
    output.facts["assessed"] = reports


def print_security_plan(
    output: CommandOutput, slug: str, acting_email: str | None, *, adopt: bool
) -> None:
    """Print the plan as the organization is today; record it when it is adopted."""
    organization, by, at = (
        _find_organization(slug),
        partners_api.find_operator(acting_email),
        timezone.localtime(),
    )
    partners_api.may_see_security(
        partners_api.load_actor(by), slug, timezone.localdate(at)
    ).require()
    text = partners_api.write_security_plan(organization, timezone.localdate(at))
    output.print_text(text)
    output.facts["plan"] = text
    if adopt:
        adopted_plan = partners_api.adopt_security_plan(
            organization=organization, text=text, by=by, at=at
        )
        output.facts["digest"] = adopted_plan.digest
        output.print_text(f"Adopted for {organization.name} (sha256 {adopted_plan.digest[:12]}…).")
    else:
        output.print_text(f"Not adopted yet. To adopt it: cairn secure plan {slug} --adopt")


def _find_organization(slug: str) -> partners_api.Organization:
    row = partners_api.Organization.objects.filter(slug=slug).first()
    if row is None:
        partner_names = ", ".join(partners_api.Organization.objects.values_list("slug", flat=True))
        raise CommandUsageError(f"There is no partner “{slug}”. Partners: {partner_names}.")
    return row


def _read_answers(file: Path) -> dict[str, dict[str, str]]:
    try:
        answers_by_questionnaire = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise CommandUsageError(f"{file} cannot be read. Save it as UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise CommandUsageError(f"{file} is not TOML: {error}.") from None
    for name, answers in answers_by_questionnaire.items():
        if name not in partners_api.load_questionnaires() or not isinstance(answers, dict):
            questionnaire_names = ", ".join(
                f"[{questionnaire_id}]" for questionnaire_id in partners_api.load_questionnaires()
            )
            raise CommandUsageError(
                f"{file}: there is no questionnaire “{name}”. Use: {questionnaire_names}."
            )
    if not answers_by_questionnaire:
        raise CommandUsageError(
            f"{file} has no answers. Print the form: cairn secure assess ORGANIZATION"
        )
    return answers_by_questionnaire
