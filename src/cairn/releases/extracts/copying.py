"""One copy of an extract, as its recipient gets it: made in memory, and never a file of ours."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format

from cairn.disclosure.microdata.copies import place
from cairn.releases.models import Extract
from cairn.rules.agreement import Agreement
from cairn.warehouse import extracted
from cairn.warehouse.elements import record_type
from cairn.warehouse.extracted import PERSON, Table
from cairn.warehouse.formats.delimited import codebook, csv_bytes
from cairn.warehouse.formats.labelled import Kind, Labelled, Value, Variable
from cairn.warehouse.formats.parquet import parquet_bytes
from cairn.warehouse.formats.r import r_bytes
from cairn.warehouse.formats.spss import spss_bytes
from cairn.warehouse.formats.stata import stata_bytes
from cairn.warehouse.zones import FileRef, Storehouse

FORMATS: Final[Mapping[str, tuple[str, Callable[[Labelled], bytes]]]] = {
    "csv": ("csv", csv_bytes),
    "parquet": ("parquet", parquet_bytes),
    "stata": ("dta", stata_bytes),
    "spss": ("sav", spss_bytes),
    "r": ("rds", r_bytes),
}
"""Each format by its name: the end of the file's name, and its writer."""

_SINCE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose copy it is: the recipient, where they work, the day, and by when it is destroyed."""

    name: str
    organization: str
    on: date
    destroy_by: date


def terms(row: Extract, agreements: Iterable[Agreement], holder: Holder) -> tuple[str, ...]:
    """The license, in plain sentences, as it travels inside every file of the copy."""
    behind = tuple(agreements)
    clauses = "; ".join(f"{a.reference} ({a.title})" for a in behind)
    due, on = date_format(holder.destroy_by), date_format(holder.on)
    return (
        f"Extract {row.pk} of the project {row.project.reference}: {row.title}.",
        f"Fetched on {on} by {holder.name}, {holder.organization}.",
        "This copy is marked as theirs.",
        f"Destroy it, and whatever made from it shows single children, by {due}.",
        "Say to the partnership that it is destroyed.",
        "Use it for the questions of this project and for nothing else.",
        "Nobody may try to find out who a child is, or join it with other data about people.",
        "It goes to nobody else, not even in part (34 CFR 99.33(a)).",
        "Tables and figures made from it are shown to the partnership before they are published.",
        f"It rests on: {clauses}.",
        "A child's code is random. The dates of one child are moved by the same number of weeks.",
        "What was made coarser or left out stands in the codebook.",
    )


def copy(
    store: Storehouse, row: Extract, agreements: Iterable[Agreement], holder: Holder, form: str
) -> bytes:
    """The whole copy: one file a table in the format wanted, codebook.csv and TERMS.txt, zipped.

    The children stand in this copy's own order (`disclosure.microdata.copies`).
    """
    notes = terms(row, agreements, holder)
    mark = bytes.fromhex(row.mark)
    tables = tuple(
        _labelled(name, extracted.read(store, FileRef.parse(ref)), row, mark, notes)
        for name, ref in sorted(row.files.items())
    )
    ending, writer = FORMATS[form]
    files = {
        f"{name}.{ending}": writer(t) for name, t in zip(sorted(row.files), tables, strict=True)
    }
    files["codebook.csv"] = codebook(tables)
    files["TERMS.txt"] = ("\n\n".join(notes) + "\n").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _SINCE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def holder(row: Extract, on: date, destroy_by: date) -> Holder:
    """Whose copy a fetch on a day makes."""
    return Holder(row.recipient.name, row.organization.name, on, destroy_by)


def _labelled(
    record: str, table: Table, row: Extract, mark: bytes, notes: tuple[str, ...]
) -> Labelled:
    codes = [str(one) for one in table.columns[PERSON]]
    order = sorted(range(len(codes)), key=lambda at: (place(mark, codes[at]), at))
    said = {one["element"]: one for one in row.report["elements"]}
    variables = [Variable(PERSON, "The child's random code in this project", Kind.TEXT)]
    fields = record_type(record).fields
    for name in (n for n in table.columns if n != PERSON):
        kind, field = table.kinds[name], fields[name]
        listed = {c.code: c.label for c in field.codes.values()} if kind is Kind.CODE else {}
        done = said.get(field.element, {})
        variables.append(Variable(name, field.description, kind, listed, _note(done)))
    columns = {n: _in_order(values, order) for n, values in table.columns.items()}
    return Labelled(record_type(record).title, tuple(variables), columns, notes)


def _in_order(values: Sequence[Value], order: Sequence[int]) -> list[Value]:
    return [values[at] for at in order]


def _note(done: Mapping[str, str]) -> str:
    """What was done to a column, in words."""
    if done.get("how") == "move":
        return "Dates of one child are moved by the same number of weeks."
    if done.get("how") == "read":
        return str(done["why"])
    if done.get("how") == "coarsen":
        return f"Form: {done['form']}."
    return "As it is."
