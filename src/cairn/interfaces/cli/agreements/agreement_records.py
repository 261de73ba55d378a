"""Run `cairn agree` and `cairn dictionary`: put agreement files and data dictionaries on record."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements.api import Agreement, load_agreement
from cairn.governance.agreements.toml_format import BadAgreement, parse_agreement
from cairn.governance.dictionaries import reader
from cairn.governance.dictionaries.api import import_dictionary
from cairn.governance.partners.api import Organization, find_operator
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
                    f"{path}: {error}\nTo register new parties as partners, add --register."
                ) from error
    output.facts["agreements"] = [
        {"reference": row.reference, "title": row.title, "version": row.version} for row in rows
    ]
    output.print_table(
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
                f"{path}: the agreements rest on each other ({' → '.join(cycle)}). "
                "Nothing was saved."
            )


_REPORT_LINES: Final = {
    "elements": "elements",
    "blank_definitions": "with a blank definition",
    "kinds_put_right": "with a misspelled type that was corrected",
    "kinds_unknown": "with an unknown type",
    "still_collected": "still collected",
    "without_years": "without years",
    "years_unreadable": "with years that cannot be read",
    "repeated": "with a name that occurs twice in one group, set aside",
    "without_name": "rows without a name, set aside",
    "empty_sheets": "empty templates: sheets with headers and no data element",
}


def show_dictionary(voice: CommandOutput, file: Path) -> None:
    """Read the file and report its contents; nothing is kept."""
    try:
        dictionary_file = reader.read_dictionary_file(file.name, _read_content(file))
    except reader.BadDictionary as error:
        raise CommandUsageError(str(error)) from error
    _show_report(
        voice, dictionary_file.report, [(d.name, len(d.entries)) for d in dictionary_file.data_sets]
    )
    voice.print_text("Nothing was saved. To record it for a provider, add --from ORG.")


def keep_dictionary(
    voice: CommandOutput, file: Path, organization: str, acting: str | None
) -> None:
    """Put the dictionary on record for a provider."""
    by, at = find_operator(acting), timezone.localtime()
    owner = Organization.objects.filter(slug=organization).first()
    if owner is None:
        known = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandUsageError(f"--from: there is no partner “{organization}”. Partners: {known}.")
    try:
        imported = import_dictionary(
            organization=owner, name=file.name, content=_read_content(file), by=by, at=at
        )
    except reader.BadDictionary as error:
        raise CommandUsageError(str(error)) from error
    kept = [(d.data_set, d.elements.count()) for d in imported.dictionaries]
    _show_report(voice, imported.report, kept)
    voice.print_text(
        "The classes of the elements are guesses until a person confirms them on the page."
    )


def _read_content(file: Path) -> bytes:
    if not file.is_file():
        raise CommandUsageError(f"{file}: this file does not exist.")
    return file.read_bytes()


def _show_report(
    voice: CommandOutput, report: reader.DictionaryReport, data_sets: list[tuple[str, int]]
) -> None:
    voice.facts.update(report.counts(), data_sets=dict(data_sets), rows=report.rows)
    for name, elements in data_sets:
        voice.print_text(f"{name}: {elements} elements")
    for kind, words in _REPORT_LINES.items():
        if (n := report.counts()[kind]) and kind != "elements":
            rows = ", ".join(map(str, report.rows.get(kind, ())))
            voice.print_text(f"  {n} {words}{f' (rows {rows})' if rows else ''}")
