"""Write the copy of a program's own record of a child: a PDF to read, and the same as CSV."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.services.families.program_copies.queries import ProgramCopyContent
from cairn.services.families.record_copies.files import write_record_pdf
from cairn.warehouse.exporters import write_text_csv


def write_program_copy_pdf(
    content: ProgramCopyContent, *, child: str, organization: str, on: date
) -> bytes:
    """Write a copy as a PDF in the active language.

    Args:
        content: the copy.
        child: name of the child.
        organization: name of the organization that keeps the record.
        on: day of the release.

    Returns:
        The bytes of the file.

    Raises:
        MissingFont: no font on this machine has a letter of the text.
    """
    return write_record_pdf(
        child=child,
        notes=[
            organization,
            _("Copy made on %(day)s") % {"day": date_format(on)},
            _("Names of other adults, and notes that the law or the program keeps, are left out."),
        ],
        statements=content.texts,
        sections=content.sections,
    )


def write_program_copy_csv(content: ProgramCopyContent) -> bytes:
    """Write a copy as CSV: one line for each value or text, so that any program reads it.

    Args:
        content: the copy.

    Returns:
        UTF-8 with a byte order mark; no value runs as a formula.
    """
    header = (_("Record"), _("Row"), _("Field"), _("Value"))
    return write_text_csv(header, _list_rows(content))


def _list_rows(content: ProgramCopyContent) -> Iterator[tuple[str, ...]]:
    for section in content.sections:
        for number, row in enumerate(section.rows, start=1):
            for heading, value in zip(section.headings, row, strict=True):
                yield section.title, str(number), heading, value
    for number, (heading, text) in enumerate(content.texts, start=1):
        yield heading, str(number), _("Text"), text
