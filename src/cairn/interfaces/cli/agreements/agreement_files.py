"""Run `cairn lint` and `cairn synthetic` on agreement files, without a database.

The first reports what each text lacks; the second writes invented records in its shape.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typer

from cairn.governance.agreements import toml_format
from cairn.governance.dictionaries import reader
from cairn.interfaces.cli.command_files import list_agreement_files, read_agreement_text
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.policy.checks import find_agreement_circle, resolve_agreement_chain
from cairn.policy.facts import AgreementFact, DataDictionaryFact, DataElementFact
from cairn.policy.law import RuleSource, format_count
from cairn.policy.lint import LintFinding, group_findings, lint_agreement
from cairn.policy.vocabulary import PartyRole
from cairn.warehouse.synthetic import make_synthetic_csv


def print_agreement_schema() -> None:
    """Print the written form of an agreement as a JSON Schema on standard output."""
    typer.echo(json.dumps(toml_format.build_agreement_json_schema(), ensure_ascii=False, indent=2))
    raise typer.Exit


def lint_agreement_files(
    output: CommandOutput,
    files: Iterable[Path],
    dictionaries: Iterable[str],
    on_date: date | None,
    state: str = "",
) -> None:
    """Report what each file lacks. Files that refer to each other are read together."""
    paths = list(list_agreement_files(files))
    if not paths:
        raise CommandUsageError("Name at least one file: cairn lint FILE.toml")
    data_dictionaries = [
        data_dictionary
        for dictionary_option in dictionaries
        for data_dictionary in read_dictionary_option(dictionary_option)
    ]
    readings = {path: _read_agreement_file(path) for path in paths}
    agreements_by_reference = {
        reading_of_file.agreement.reference: reading_of_file.agreement
        for reading_of_file in readings.values()
    }
    reports = []
    for path, reading in readings.items():
        resolved_agreement = resolve_agreement_chain(reading.agreement, agreements_by_reference)
        lint_findings = lint_agreement(
            resolved_agreement,
            data_dictionaries or None,
            on_date or date.today(),  # noqa: DTZ011 - a local day
            dict.fromkeys(resolved_agreement.list_organizations(PartyRole.PROVIDER), state),
        )
        reports.append(
            _report_agreement(
                output,
                path,
                reading,
                lint_findings,
                find_agreement_circle(reading.agreement, agreements_by_reference),
            )
        )
    output.facts["agreements"] = reports
    law_findings = sum(row["law"] for row in reports)
    mistake_count = sum(len(row["mistakes"]) for row in reports)
    mistake_text = (
        f"{format_count(mistake_count, 'error', 'errors')} in the files; " if mistake_count else ""
    )
    scope_text = " in the parts that could be read" if mistake_count else ""
    dictionary_option = (
        f"{format_count(law_findings, 'legal finding', 'legal findings')}{scope_text}"
    )
    output.print_text(
        f"{format_count(len(reports), 'agreement', 'agreements')} checked: "
        f"{mistake_text}{dictionary_option}."
    )


def _read_agreement_file(path: Path) -> toml_format.ParsedText:
    try:
        return toml_format.parse_as_far_as_possible(read_agreement_text(path))
    except toml_format.BadAgreement as error:
        raise CommandUsageError(f"{path}: {error}") from error


def _report_agreement(
    output: CommandOutput,
    path: Path,
    reading: toml_format.ParsedText,
    lint_findings: tuple[LintFinding, ...],
    cycle: tuple[str, ...],
) -> dict[str, Any]:
    mistakes = [asdict(mistake) for mistake in reading.mistakes]
    counts = {
        severity.value: sum(finding.severity is severity for finding in lint_findings)
        for severity in RuleSource
    }
    if cycle or mistakes or counts[RuleSource.LAW]:
        output.mark_findings()
    _print_report(output, path, reading.agreement, reading, lint_findings)
    if cycle:
        output.print_text(f"  Error: the agreements rest on each other: {' → '.join(cycle)}.")
    return {
        "file": str(path),
        "reference": reading.agreement.reference,
        "mistakes": mistakes,
        "circle": list(cycle),
        "law": counts[RuleSource.LAW],
        "findings": [asdict(finding) | {"key": finding.key} for finding in lint_findings],
    }


def _print_report(
    output: CommandOutput,
    path: Path,
    agreement: AgreementFact,
    reading: toml_format.ParsedText,
    lint_findings: tuple[LintFinding, ...],
) -> None:
    output.print_text(f"{path}: {agreement.reference or 'no reference'}")
    for mistake in reading.mistakes:
        output.print_text(f"  {mistake}")
    for group in group_findings(lint_findings):
        finding = group.first
        clause = "" if group.places else f", {finding.clause}"
        place = f"{finding.id}, {finding.severity.value}{clause}"
        output.print_text(f"  ✗ {group.message} ({place}; {finding.citation})")
        for listed in group.places:
            output.print_text(f"      {listed.text} ({listed.clause})")
        output.print_text(f"    Suggested: {finding.instead}")
    if not lint_findings and not reading.mistakes:
        output.print_text("  No findings.")


def read_dictionary_option(dictionary_option: str) -> Iterable[DataDictionaryFact]:
    """Read the data dictionaries of one file; `ORG=` before the path names their provider."""
    organization, separator, path_text = dictionary_option.partition("=")
    path = Path(path_text if separator else dictionary_option)
    if not path.is_file():
        raise CommandUsageError(f"--dictionary {dictionary_option}: this file does not exist.")
    try:
        dictionary_file = reader.read_dictionary_file(path.name, path.read_bytes())
    except reader.BadDictionary as error:
        raise CommandUsageError(f"{path}: {error}") from error
    provider_by_named: Mapping[bool, str] = {True: organization, False: ""}
    for data_set in dictionary_file.data_sets:
        elements = tuple(map(_build_data_element, data_set.entries))
        yield DataDictionaryFact(provider_by_named[bool(separator)], data_set.name, 1, elements)


def _build_data_element(entry: reader.DictionaryEntry) -> DataElementFact:
    guessed_element = reader.guess_element_class(entry.name, entry.definition, group=entry.group)
    return DataElementFact(
        name=guessed_element.matched or entry.name,
        own_name=entry.name,
        definition=entry.definition,
        kind=entry.kind,
        values=entry.values,
        first_year=entry.first_year,
        last_year=entry.last_year,
        identifier=guessed_element.identifier,
        special=guessed_element.special,
        ladder=guessed_element.ladder,
    )


@dataclass(frozen=True, slots=True)
class SyntheticFileOptions:
    """Hold the options of the command as they were typed."""

    agreement: Path
    record: str
    rows: int
    out: Path
    dictionary: Path | None


def write_synthetic_file(output: CommandOutput, options: SyntheticFileOptions) -> None:
    """Write the synthetic file; raise a usage error for what cannot be read or written."""
    try:
        terms = toml_format.parse_agreement(read_agreement_text(options.agreement))
    except toml_format.BadAgreement as error:
        raise CommandUsageError(f"{options.agreement}: {error}") from error
    records = sorted({term.record for term in terms.stated_data})
    record = options.record or next(iter(records), "")
    if record not in records:
        raise CommandUsageError(
            f"--record: {terms.reference} does not cover “{record}”. "
            f"It covers: {', '.join(records) or 'no data'}."
        )
    if options.out.is_dir() or not options.out.parent.is_dir():
        raise CommandUsageError(f"--out: {options.out} is not a file in an existing folder.")
    if options.out.exists():
        raise CommandUsageError(f"--out: {options.out} already exists. Choose another name.")
    data_dictionaries = (
        tuple(read_dictionary_option(str(options.dictionary))) if options.dictionary else ()
    )
    shape = toml_format.derive_file_shape(terms, record, data_dictionaries)
    text = make_synthetic_csv(
        record,
        shape.fields,
        rows=options.rows,
        seed=terms.reference,
        years=shape.years,
        values=shape.values,
    )
    options.out.write_text(text, encoding="utf-8")
    rows_written = text.count("\n") - 1
    output.facts.update(written=str(options.out), rows=rows_written, record=record, synthetic=True)
    output.print_text(f"Wrote {rows_written:,} invented rows ({record}) to {options.out}.")
    output.print_text("The file has no real child's data. Send it under the agreement of a pilot.")
