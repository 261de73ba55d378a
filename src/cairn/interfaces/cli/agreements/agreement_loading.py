"""Run `cairn agree`: load each agreement file."""

from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements.api import Agreement, load_agreement
from cairn.governance.agreements.toml_format import BadAgreement, parse_agreement
from cairn.governance.partners.api import find_operator
from cairn.interfaces.cli.command_files import list_agreement_files, read_agreement_text
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.policy.checks import find_agreement_circle
from cairn.policy.facts import AgreementFact


def load_agreement_files(
    output: CommandOutput, files: Iterable[Path], acting_email: str | None, *, register: bool
) -> None:
    """Put every file on record, or none: the message names the first file that cannot be loaded.

    With ``register``, parties that are not partners yet become partners, as the files describe
    them.
    """
    by = find_operator(acting_email)
    text_by_path = {path: read_agreement_text(path) for path in list_agreement_files(files)}
    terms_by_path = {path: _parse_agreement(path, text) for path, text in text_by_path.items()}
    _refuse_circular_agreements(terms_by_path)
    rows: list[Agreement] = []
    with transaction.atomic():
        for path, text in text_by_path.items():
            newcomers = (
                {party.organization for party in terms_by_path[path].parties} if register else set()
            )
            try:
                at = timezone.localtime()
                rows.append(load_agreement(text=text, by=by, at=at, newcomers=newcomers))
            except BadAgreement as error:
                raise CommandUsageError(
                    f"{path}: {error}\nWith --register they become partners as the file says."
                ) from error
    output.facts["agreements"] = [
        {"reference": row.reference, "title": row.title, "version": row.version} for row in rows
    ]
    output.table(
        ("Reference", "Version", "Title"),
        [(loaded.reference, loaded.version, loaded.title) for loaded in rows],
    )


def _parse_agreement(path: Path, text: str) -> AgreementFact:
    try:
        return parse_agreement(text)
    except BadAgreement as error:
        raise CommandUsageError(f"{path}: {error}") from error


def _refuse_circular_agreements(terms_by_path: dict[Path, AgreementFact]) -> None:
    terms_by_reference = {agreement.reference: agreement for agreement in terms_by_path.values()}
    for path, agreement in terms_by_path.items():
        if cycle := find_agreement_circle(agreement, terms_by_reference):
            raise CommandUsageError(
                f"{path}: it rests on itself ({' → '.join(cycle)}). Nothing was kept."
            )
