"""Run `cairn synthetic`, without a database."""

from dataclasses import dataclass
from pathlib import Path

from cairn.governance.agreements.toml_format import BadAgreement, derive_file_shape, parse_agreement
from cairn.interfaces.cli.agreements.lint_report import read_dictionary_option
from cairn.interfaces.cli.command_files import read_agreement_text
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.warehouse.synthetic import make_synthetic_csv


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
        terms = parse_agreement(read_agreement_text(options.agreement))
    except BadAgreement as error:
        raise CommandUsageError(f"{options.agreement}: {error}") from error
    records = sorted({term.record for term in terms.data})
    record = options.record or next(iter(records), "")
    if record not in records:
        raise CommandUsageError(
            f"--record: {terms.reference} does not speak of “{record}”. "
            f"It speaks of: {', '.join(records) or 'no data'}."
        )
    if options.out.is_dir() or not options.out.parent.is_dir():
        raise CommandUsageError(f"--out: {options.out} is no file in a folder that exists.")
    if options.out.exists():
        raise CommandUsageError(f"--out: {options.out} is there already. Name another file.")
    data_dictionaries = (
        tuple(read_dictionary_option(str(options.dictionary))) if options.dictionary else ()
    )
    shape = derive_file_shape(terms, record, data_dictionaries)
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
    output.plain(f"{rows_written:,} invented rows of {record} are written to {options.out}.")
    output.plain("No child's data are in it. Send it under the agreement of a pilot.")
