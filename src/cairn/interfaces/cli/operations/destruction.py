"""Run `cairn destroy`."""

import json
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import typer
from django.utils import timezone

from cairn.governance.partners.api import find_operator, load_actor
from cairn.governance.retention import api as retention_api
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.platform.accounts.api import User
from cairn.policy.facts import DutyFact
from cairn.policy.questions import may_destroy_data


@dataclass(frozen=True, slots=True)
class DestroyOptions:
    """Hold which duties to destroy, whether the user confirmed, and where certificates go."""

    numbers: tuple[int, ...]
    due: bool
    under: str
    yes: bool
    certificates: Path | None


def destroy_chosen_duties(
    output: CommandOutput, options: DestroyOptions, acting_email: str | None
) -> None:
    """Show the chosen duties among those the user may see, and destroy them once confirmed.

    A destruction that was begun before and interrupted is finished.
    """
    acting_user, at = find_operator(acting_email), timezone.localtime()
    who, today = load_actor(acting_user), timezone.localdate(at)
    begun_runs = _choose_begun_runs(retention_api.list_interrupted_runs(who, today), options)
    begun_duties = [retention_api.build_duty_fact(run) for run in begun_runs]
    new_duties = _choose_duties(
        retention_api.list_visible_duties(who, today),
        options,
        today,
        {reference for duty in begun_duties for reference in duty.references},
    )
    duties = [*begun_duties, *new_duties]
    for duty in duties:
        terms = retention_api.load_agreement_terms(duty.agreement, timezone.localdate(at))
        may_destroy_data(terms, load_actor(acting_user), timezone.localdate(at)).require()
    output.facts["duties"] = [_describe_duty(duty) for duty in duties]
    output.facts["destroyed"] = False
    if not duties:
        output.print_text("Nothing is due for destruction.")
        return
    _print_duties(output, duties)
    if not (options.yes or _confirm_destruction(output)):
        output.print_text("Nothing was destroyed. To destroy these, add --yes.")
        return
    output.facts["destroyed"] = True
    output.facts["certificates"] = []
    for run in begun_runs:
        retention_api.resume_destruction(run=run, by=acting_user, at=at)
    runs = [
        *begun_runs,
        *(retention_api.begin_destruction(duty=duty, by=acting_user, at=at) for duty in new_duties),
    ]
    for run in runs:
        _destroy_run(output, run, acting_user, at, options.certificates)


def _choose_begun_runs(
    runs: Iterable[retention_api.DestructionRun], options: DestroyOptions
) -> list[retention_api.DestructionRun]:
    numbers = {f"delivery:{number}" for number in options.numbers}
    return [
        run
        for run in runs
        if options.due or run.agreement == options.under or numbers.intersection(run.references)
    ]


def _choose_duties(
    visible_duties: Iterable[DutyFact],
    options: DestroyOptions,
    on_date: date,
    begun_references: Collection[str],
) -> list[DutyFact]:
    if not (options.numbers or options.due or options.under):
        raise CommandUsageError(
            "Choose what to destroy: numbers of data submissions, --under AGREEMENT, or --due for "
            "everything that is due."
        )
    unmatched = {f"delivery:{number}" for number in options.numbers}.difference(begun_references)
    chosen_duties = []
    for duty in visible_duties:
        is_complete = (options.due and duty.due <= on_date) or duty.agreement == options.under
        references = [
            reference for reference in duty.references if is_complete or reference in unmatched
        ]
        unmatched -= set(references)
        if references:
            chosen_duties.append(replace(duty, references=tuple(references)))
    if unmatched:
        number = min(unmatched).partition(":")[2]
        raise CommandUsageError(
            f"There is no data submission {number} to destroy that you may see."
        )
    return chosen_duties


def _print_duties(output: CommandOutput, duties: Iterable[DutyFact]) -> None:
    rows: list[tuple[object, ...]] = []
    for duty in duties:
        for item in retention_api.list_duty_holdings(duty):
            cause_label = str(dict(retention_api.DUTY_CAUSE_CHOICES)[duty.cause.value])
            rows.append(
                (
                    _format_reference(item.reference),
                    item.name,
                    duty.due.isoformat(),
                    cause_label,
                    len(item.files),
                )
            )
    output.print_table(("Number", "What", "Due", "Reason", "Files"), rows)


def _format_reference(reference: str) -> str:
    """Format a delivery as the number that the command takes; anything else with its kind."""
    kind, _, number = reference.partition(":")
    return number if kind == "delivery" else f"{kind} {number}"


def _confirm_destruction(output: CommandOutput) -> bool:
    if output.as_json or not _has_terminal():
        return False
    return typer.confirm("Permanently destroy all of this?", default=False)


def _has_terminal() -> bool:
    return sys.stdin.isatty()


def _destroy_run(
    output: CommandOutput,
    run: retention_api.DestructionRun,
    by: User,
    at: datetime,
    folder: Path | None,
) -> None:
    with output.show_progress() as progress:
        certificate = retention_api.destroy_run_holdings(run=run, by=by, at=at, progress=progress)
    certificate_facts = {
        "number": certificate.number,
        "files": certificate.content["files"],
        "sha256": certificate.digest,
    }
    output.facts["certificates"].append(certificate_facts)
    output.print_text(
        f"{run.owner}, {run.agreement}: {certificate.content['files']} files destroyed. "
        f"Certificate of destruction {certificate.number} is ready for the owner to accept."
    )
    if folder is not None:
        _write_certificate(certificate, folder)


def _write_certificate(certificate: retention_api.DestructionCertificate, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{certificate.number}.pdf").write_bytes(
        retention_api.print_certificate_pdf(certificate)
    )
    document = {"certificate": certificate.content, "sha256": certificate.digest}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / f"{certificate.number}.json").write_text(text, encoding="utf-8")


def _describe_duty(duty: DutyFact) -> dict[str, object]:
    return {
        "agreement": duty.agreement,
        "owner": duty.owner,
        "cause": duty.cause.value,
        "due": duty.due.isoformat(),
        "holdings": list(duty.references),
    }
