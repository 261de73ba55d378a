"""Write the figures of one outcome for Stata and SPSS, with a label on each column."""

import re
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cairn.outputs.dashboards.downloads import data_files
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.releases import api as releases_api
from cairn.warehouse import exporters

_NUMBERS: Final = {*data_files.BAND_COLUMNS, "value", "rounded_to"}
_LONGEST_NAME: Final = 32
"""The longest name of a column in Stata; SPSS takes 64."""


def write_stata_file(published_outcome: PublishedOutcome, page_url: str) -> bytes:
    """Write a Stata file (version 14 and later); `page_url` is the page of the figures."""
    return exporters.export_stata(_build_labeled_table(published_outcome, page_url))


def write_spss_file(published_outcome: PublishedOutcome, page_url: str) -> bytes:
    """Write an SPSS file; `page_url` is the page of the figures."""
    return exporters.export_spss(_build_labeled_table(published_outcome, page_url))


def _build_labeled_table(
    published_outcome: PublishedOutcome, page_url: str
) -> exporters.LabeledTable:
    lines = list(data_files.iterate_table_lines(published_outcome))
    names = data_files.list_columns(published_outcome.figures)
    titles = data_files.list_column_titles(published_outcome)
    short_names = _shorten_names(names)
    variables = tuple(
        exporters.LabeledVariable(short_names[name], titles[name], _choose_kind(name))
        for name in names
    )
    columns = {
        short_names[name]: [_read_value(name, line[index]) for line in lines]
        for index, name in enumerate(names)
    }
    notes = [
        f"{heading}: {text}" if heading else text
        for heading, text in data_files.list_provenance(published_outcome, page_url)
    ]
    missing = _("An empty number is suppressed, or the table has none of that kind.")
    title = releases_api.localize_text(published_outcome.definition.title)
    return exporters.LabeledTable(title, variables, columns, (missing, *notes))


def _choose_kind(name: str) -> exporters.ColumnKind:
    if name == "as_of":
        return exporters.ColumnKind.DATE
    return exporters.ColumnKind.NUMBER if name in _NUMBERS else exporters.ColumnKind.TEXT


def _read_value(name: str, value: data_files.FigureCellValue) -> exporters.LabeledValue:
    if name == "as_of":
        return date.fromisoformat(str(value))
    return value


def _shorten_names(names: tuple[str, ...]) -> dict[str, str]:
    """Make names that both programs take: letters, digits and underscores, each once."""
    short_names: dict[str, str] = {}
    for name in names:
        short = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()[:_LONGEST_NAME]
        if short in short_names.values():
            short = f"{short[: _LONGEST_NAME - 3]}_{len(short_names)}"
        short_names[name] = short
    return short_names
