"""Build the recipient's copy of an extract in memory; it is never stored as a file."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format

from cairn.outputs.releases.api import Extract
from cairn.policy.checks import are_statements_sent
from cairn.policy.facts import AgreementFact
from cairn.policy.vocabulary import Level
from cairn.sdc.microdata import UNCHANGED_FORM, compute_sort_key
from cairn.warehouse import exporters
from cairn.warehouse.schema import get_record_type
from cairn.warehouse.store import FileRef, FileStore

COPY_FORMATS: Final[Mapping[str, tuple[str, Callable[[exporters.LabeledTable], bytes]]]] = {
    "csv": ("csv", exporters.export_csv),
    "parquet": ("parquet", exporters.export_parquet),
    "stata": ("dta", exporters.export_stata),
    "spss": ("sav", exporters.export_spss),
    "r": ("rds", exporters.export_r),
}
"""The file name extension and the writer of each format, by name."""

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class CopyHolder:
    """Identify the holder of a copy: recipient, employer, download day, destruction date."""

    name: str
    organization: str
    on: date
    destroy_by: date


def write_license_terms(
    row: Extract, agreements: Iterable[AgreementFact], copy_holder: CopyHolder
) -> tuple[str, ...]:
    """Return the license terms in plain sentences, which are included in every file of the copy."""
    agreement_facts = tuple(agreements)
    clauses = "; ".join(
        f"{agreement.reference} ({agreement.title})" for agreement in agreement_facts
    )
    due_day, fetch_day = date_format(copy_holder.destroy_by), date_format(copy_holder.on)
    return (
        f"Extract {row.pk} of project {row.project.reference}: {row.title}.",
        f"Downloaded on {fetch_day} by {copy_holder.name}, {copy_holder.organization}.",
        "This copy can be traced to this recipient.",
        f"By {due_day}, destroy this extract and anything made from it that shows single children.",
        "Report the destruction to the partnership.",
        "Use this extract only for the questions of this project.",
        (
            "Do not try to identify any child, and do not link this extract with other data about "
            "people."
        ),
        "Do not share this extract, or any part of it, with anyone else (34 CFR 99.33(a)).",
        (
            "Show tables and figures made from this extract to the partnership before you publish "
            "them."
        ),
        f"Agreements: {clauses}.",
        (
            "Each child has a random code. All dates of one child are shifted by the same number "
            "of weeks."
        ),
        "The codebook lists which elements were made less detailed or removed.",
        *_describe_statements(Level.DE_IDENTIFIED),
    )


def _describe_statements(level: Level) -> tuple[str, ...]:
    """Say that families' statements are not in the copy, where policy sends none with its level."""
    if are_statements_sent(level):
        return ()
    sentence = (
        "A family may place a statement in its child's record. No statement is in this extract, "
        "because the extract identifies no child and a statement could (34 CFR 99.21(c)(2), "
        "99.31(b))."
    )
    return (sentence,)


def build_recipient_copy(
    store: FileStore,
    row: Extract,
    agreements: Iterable[AgreementFact],
    copy_holder: CopyHolder,
    form: str,
) -> bytes:
    """Build the copy as a zip file: one file for each table, codebook.csv and TERMS.txt.

    The order of the children is specific to this copy, so that a leaked file identifies its
    recipient.

    Args:
        store: the store.
        row: the extract.
        agreements: the agreements that cover its data.
        copy_holder: the holder of the copy.
        form: a key of `COPY_FORMATS`.
    Returns:
        The bytes of the zip file.
    """
    notes = write_license_terms(row, agreements, copy_holder)
    mark = bytes.fromhex(row.mark)
    tables = tuple(
        _build_labelled_table(
            name, exporters.read_extract_table(store, FileRef.parse(ref)), row, mark, notes
        )
        for name, ref in sorted(row.files.items())
    )
    extension, writer = COPY_FORMATS[form]
    files = {
        f"{name}.{extension}": writer(table)
        for name, table in zip(sorted(row.files), tables, strict=True)
    }
    files["codebook.csv"] = exporters.export_codebook(tables)
    files["TERMS.txt"] = ("\n\n".join(notes) + "\n").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def get_copy_holder(row: Extract, on: date, destroy_by: date) -> CopyHolder:
    """Return the holder of a copy that is fetched on a day."""
    return CopyHolder(row.recipient.name, row.organization.name, on, destroy_by)


def _build_labelled_table(
    record: str, table: exporters.ExtractTable, row: Extract, mark: bytes, notes: tuple[str, ...]
) -> exporters.LabeledTable:
    codes = [str(entry) for entry in table.columns[exporters.EXTRACT_PERSON_COLUMN]]
    row_order = sorted(
        range(len(codes)), key=lambda index: (compute_sort_key(mark, codes[index]), index)
    )
    treatments = {entry["element"]: entry for entry in row.report["elements"]}
    variables = [
        exporters.LabeledVariable(
            exporters.EXTRACT_PERSON_COLUMN,
            "Random code of the child in this project",
            exporters.ColumnKind.TEXT,
        )
    ]
    fields = get_record_type(record).fields
    for name in (column for column in table.columns if column != exporters.EXTRACT_PERSON_COLUMN):
        kind, field = table.kinds[name], fields[name]
        code_labels = (
            {code.code: code.label for code in field.codes.values()}
            if kind is exporters.ColumnKind.CODE
            else {}
        )
        treatment = treatments.get(field.element, {})
        variables.append(
            exporters.LabeledVariable(
                name, field.label, kind, code_labels, _describe_treatment(treatment)
            )
        )
    columns = {
        column: _reorder_values(values, row_order) for column, values in table.columns.items()
    }
    return exporters.LabeledTable(get_record_type(record).title, tuple(variables), columns, notes)


def _reorder_values(
    values: Sequence[exporters.LabeledValue], row_order: Sequence[int]
) -> list[exporters.LabeledValue]:
    return [values[index] for index in row_order]


def _describe_treatment(treatment: Mapping[str, str]) -> str:
    """Describe the treatment of a column in words."""
    if treatment.get("how") == "move":
        return "All dates of one child are shifted by the same number of weeks."
    if treatment.get("how") == "read":
        return str(treatment["why"])
    if treatment.get("how") == "coarsen" and treatment["form"] != UNCHANGED_FORM:
        return f"Less detailed: {treatment['form']}."
    return "Unchanged."
