"""Write the figures of one outcome as CSV, as Excel and as a Data Package.

A withheld number is empty and flagged. The Data Package (datapackage.org, standard 2.0) holds the
table, the meaning of its columns, its sources, the suppression rules and the withheld groups. The
sentences on where figures come from are the same in the workbook and in the PDF.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.utils.translation import gettext as _

from cairn.outputs.dashboards import queries, wording
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.releases import api as releases_api
from cairn.policy.vocabulary import PartyRole
from cairn.warehouse.exporters import ALL_GROUPS, CELL_DIMENSIONS, ExcelWorkbook, escape_formula
from cairn.warehouse.measures import get_breakdown, is_dimension, sort_dimensions

_LAST_COLUMNS: Final = ("withheld", "as_of")

OUTCOME_COLUMNS: Final = ("children", "numerator", "percent")
"""The columns with the numbers of an outcome."""

BAND_COLUMNS: Final = (
    *OUTCOME_COLUMNS, "percent_low", "percent_high", "children_low", "children_high",
)  # fmt: skip
"""The columns with the numbers of an outcome with percentage bands."""

MEASURE_COLUMNS: Final = ("children", "statistic", "value", "rounded_to")
"""The columns with the numbers of a measure."""

COUNT_COLUMNS: Final = ("children",)
"""The column with the number of children, where that is the figure."""

FigureCellValue = str | int | float | None
"""One number or word of a line; None if there is none."""


def list_columns(figures: releases_api.OutcomeFigures) -> tuple[str, ...]:
    """Return the names of the columns."""
    numbers: tuple[str, ...] = MEASURE_COLUMNS if figures.statistic else OUTCOME_COLUMNS
    if figures.is_count:
        numbers = COUNT_COLUMNS
    return (
        *list_key_columns(figures),
        *(BAND_COLUMNS if figures.bands else numbers),
        *_LAST_COLUMNS,
    )


def list_key_columns(figures: releases_api.OutcomeFigures) -> tuple[str, ...]:
    """Return the columns that name a figure: outcome, year, and the dimensions that are used."""
    return ("outcome", "school_year", *_list_dimensions(figures))


def _list_dimensions(figures: releases_api.OutcomeFigures) -> tuple[str, ...]:
    """Return the first four dimensions, and every other one that a figure of any year uses."""
    used_dimensions = {
        dim for table in figures.tables.values() for key in table for dim, _value in key.values
    }
    return sort_dimensions({*CELL_DIMENSIONS, *used_dimensions})


def iterate_table_lines(
    published_outcome: PublishedOutcome,
) -> Iterator[tuple[FigureCellValue, ...]]:
    """Yield the lines of one outcome, the county first in each year.

    Each line has the day of its count: figures of one outcome may come from several releases.

    Codes, not labels, are used, so that a program can read them.
    """
    figures = published_outcome.figures
    dimensions = _list_dimensions(figures)
    for year in figures.years:
        lines = {
            tuple(key.get(dim) for dim in dimensions): (key, count)
            for key, count in figures.tables[year].items()
        }
        for values in sorted(lines, key=_sort_totals_first):
            key, count = lines[values]
            hidden = "yes" if count.withheld else "no"
            as_of = str(published_outcome.releases[year, key].as_of)
            numbers = _list_numbers(count)
            if figures.bands:
                numbers = (*numbers, *_list_band_ends(count))
            yield (figures.outcome, year, *values, *numbers, hidden, as_of)


def _list_numbers(
    count: releases_api.FigureCount,
) -> tuple[FigureCellValue, ...]:
    """Return the number of children, and the figure for them."""
    if isinstance(count, releases_api.MeasureAmount) and count.is_count:
        return (count.n,)
    if isinstance(count, releases_api.MeasureAmount):
        unit = None if count.unit is None else float(count.unit)
        return count.n, count.statistic, count.height, unit
    percent = None if count.share is None else round(100 * count.share, 1)
    return count.n, count.yes, percent


def _list_band_ends(count: releases_api.FigureCount) -> tuple[FigureCellValue, ...]:
    """Return the ends of the band, and of the size class; those of a number are the number."""
    if isinstance(count, releases_api.PercentBand):
        return count.low, count.high, count.size_low, count.size_high
    percent = None if count.share is None else round(100 * count.share, 1)
    return percent, percent, count.n, count.n


def format_figures_csv(published_outcome: PublishedOutcome) -> str:
    """Format the figures as CSV text."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(list_columns(published_outcome.figures))
    for line in iterate_table_lines(published_outcome):
        writer.writerow(
            escape_formula(value) if isinstance(value, str) else value for value in line
        )
    return buffer.getvalue()


def write_figures_workbook(
    published_outcome: PublishedOutcome, notes: Iterable[tuple[str, str]]
) -> bytes:
    """Write the figures as an Excel workbook: the table, and a sheet of `notes` on its source.

    Text in it cannot be read as a formula.
    """
    buffer = BytesIO()
    notes_sheet = (_("Notes"), tuple(notes))
    figures = published_outcome.figures
    book = ExcelWorkbook(buffer, list_columns(figures), sheet=figures.outcome, notes=notes_sheet)
    for line in iterate_table_lines(published_outcome):
        book.add(line)
    book.close()
    return buffer.getvalue()


def _sort_totals_first(key: tuple[str, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value != ALL_GROUPS, value) for value in key)


_PROFILE_URL: Final = "https://datapackage.org/profiles/2.0/"
_ZIP_FIRST_DAY: Final = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the first day of the zip format, so that the same figures give the same bytes


def build_package_zip(published_outcome: PublishedOutcome, page_url: str) -> bytes:
    """Build a zip file with `datapackage.json` and the table; `page_url` is the page's URL."""
    table = format_figures_csv(published_outcome).encode()
    resource = {
        "path": f"{published_outcome.definition.id}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(table),
        "hash": f"sha256:{hashlib.sha256(table).hexdigest()}",
    }
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        description = encode_package(_describe_package(published_outcome, page_url, resource))
        for name, content in (("datapackage.json", description), (resource["path"], table)):
            archive.writestr(ZipInfo(str(name), _ZIP_FIRST_DAY), content, ZIP_DEFLATED)
    return buffer.getvalue()


def build_package_json(published_outcome: PublishedOutcome, page_url: str) -> bytes:
    """Build the package as one JSON document with the table in it; `page_url` is the page's URL."""
    columns = list_columns(published_outcome.figures)
    rows = [
        dict(zip(columns, line, strict=True)) for line in iterate_table_lines(published_outcome)
    ]
    return encode_package(
        _describe_package(published_outcome, page_url, {"format": "json", "data": rows})
    )


def encode_package(package: dict[str, Any]) -> bytes:
    """Encode a package description as readable JSON."""
    return json.dumps(package, ensure_ascii=False, indent=2).encode()


def _describe_package(
    published_outcome: PublishedOutcome, page_url: str, resource: dict[str, Any]
) -> dict[str, Any]:
    definition, release = published_outcome.definition, published_outcome.release
    title = releases_api.localize_text(definition.title)
    agreement_facts = queries.list_outcome_agreements(published_outcome)
    owners = [
        {"title": party.name, "version": agreement.reference}
        for agreement in agreement_facts
        for party in agreement.parties
        if party.role is PartyRole.PROVIDER
    ]
    published = release.published_at.isoformat() if release.published_at else ""
    return {
        "$schema": f"{_PROFILE_URL}datapackage.json",
        "name": definition.id,
        "id": f"{page_url}#{published_outcome.version}",
        "title": title,
        "description": "\n\n".join(_write_description(published_outcome)),
        "homepage": page_url,
        "version": published[:10].replace("-0", "-").replace("-", "."),
        "created": published,
        "contributors": [{"title": release.organization.name, "roles": ["creator", "publisher"]}],
        "sources": owners,
        **_get_licenses(),
        "resources": [
            {
                "name": definition.id,
                "type": "table",
                "title": title,
                **resource,
                "schema": _build_table_schema(published_outcome),
            }
        ],
        "asOf": _get_count_day(published_outcome),
        "rules": _list_suppression_rules(published_outcome),
        "withheld": {
            "groups": published_outcome.figures.withheld,
            "why": wording.explain_withheld(published_outcome.figures.statistic),
        },
        "lineage": {
            "file": release.released,
            "files": [source.released for source in published_outcome.sources],
            "districtsThatTried": published_outcome.contributors,
            "legalBases": sorted(
                {releases_api.label_legal_basis(agreement.basis) for agreement in agreement_facts}
            ),
            "agreements": [
                {"reference": agreement.reference, "title": agreement.title}
                for agreement in agreement_facts
            ],
        },
    }


def _get_count_day(published_outcome: PublishedOutcome) -> str:
    days = published_outcome.counted_on
    return str(days[-1]) if days else ""


def _get_licenses() -> dict[str, Any]:
    """Return the license named in the settings; only the partnership can choose it."""
    return {"licenses": [{"name": settings.CAIRN_LICENSE}]} if settings.CAIRN_LICENSE else {}


def _write_description(published_outcome: PublishedOutcome) -> list[str]:
    definition, release = published_outcome.definition, published_outcome.release
    numerator_text = releases_api.localize_text(definition.numerator_text)
    texts = [
        releases_api.localize_text(definition.why),
        f"{wording.label_numerator(definition)}: {numerator_text}",
        *(f"{_('Out of')}: {text}" for text in (wording.describe_denominator(definition),) if text),
        *published_outcome.stories,
        release.what_changed,
        *(releases_api.describe_caveat(caveat) for caveat in release.caveats),
        wording.describe_withheld_groups(published_outcome.figures.withheld),
        wording.describe_bands(published_outcome.figures),
        ""
        if published_outcome.has_one_population
        else wording.describe_populations(published_outcome.counted_on),
        *releases_api.describe_merged_groups(published_outcome.figures.races),
    ]
    if not settings.CAIRN_LICENSE:
        texts.append(_("No license is specified. Ask the partnership before you publish copies."))
    return [text for text in texts if text]


def _list_suppression_rules(published_outcome: PublishedOutcome) -> list[str]:
    """Return what was done to protect the privacy of each child."""
    return [
        wording.describe_suppression_rules(
            published_outcome.minimum_cell,
            published_outcome.contributors,
            published_outcome.figures,
        ),
        _(
            "Two reviewers approved these figures, and the data owners had the chance to review "
            "them. An automated test could not calculate any suppressed number."
        ),
        _(
            "Schools are listed in alphabetical order. They are not ranked, because they serve "
            "different children."
        ),
    ]


def _get_numerator_heading(published_outcome: PublishedOutcome) -> str:
    return releases_api.localize_text(published_outcome.definition.numerator.heading)


def _get_unit(published_outcome: PublishedOutcome) -> str:
    measure = published_outcome.definition.measure
    return releases_api.localize_text(measure.unit) if measure else ""


def list_column_titles(published_outcome: PublishedOutcome) -> dict[str, str]:
    """Return the meaning of each column."""
    return {name: title for name, (title, _kind) in _describe_columns(published_outcome).items()}


def _build_table_schema(published_outcome: PublishedOutcome) -> dict[str, Any]:
    """Return the columns as a Table Schema. An empty number is a withheld one."""
    columns = _describe_columns(published_outcome)
    return {
        "$schema": f"{_PROFILE_URL}tableschema.json",
        "fields": [
            {"name": name, "title": columns[name][0], **columns[name][1]}
            for name in list_columns(published_outcome.figures)
        ],
        "primaryKey": list(list_key_columns(published_outcome.figures)),
        "missingValues": [""],
    }


def _describe_columns(
    published_outcome: PublishedOutcome,
) -> dict[str, tuple[str, dict[str, Any]]]:
    count_type = {"type": "integer", "constraints": {"minimum": 0}}
    text_type = {"type": "string"}
    percent_type = {"type": "number", "constraints": {"minimum": 0, "maximum": 100}}
    columns: dict[str, tuple[str, dict[str, Any]]] = {
        "outcome": (_("Outcome code"), text_type),
        "school_year": (_("School year"), text_type),
        "district": (_("District; “All” for all districts"), text_type),
        "school": (_("School; “All” for all schools"), text_type),
        "race_ethnicity": (
            _("Race and ethnicity code; combined groups are joined with “+”; “All” for all groups"),
            text_type,
        ),
        "gender": (_("Gender code; “All” for all genders"), text_type),
        "children": (_("Children in the group; empty if suppressed"), count_type),
        "numerator": (
            _("%(heading)s: children in the group; empty if suppressed")
            % {"heading": _get_numerator_heading(published_outcome)},
            count_type,
        ),
        "percent": (
            _("Percent of children with the outcome; empty if suppressed, or shown as a range"),
            percent_type,
        ),
        "percent_low": (
            _(
                "Lowest whole percent of the range, or the percent itself where numbers are "
                "shown; empty if suppressed"
            ),
            percent_type,
        ),
        "percent_high": (
            _(
                "Highest whole percent of the range, or the percent itself where numbers are "
                "shown; empty if suppressed"
            ),
            percent_type,
        ),
        "children_low": (_("Fewest children in the size class of the group"), count_type),
        "children_high": (
            _("Most children in the size class of the group; empty if there is no limit"),
            count_type,
        ),
        "statistic": (_("Statistic: mean or median"), text_type),
        "value": (
            _("Value in %(unit)s; empty if suppressed") % {"unit": _get_unit(published_outcome)},
            {"type": "number"},
        ),
        "rounded_to": (
            _("The value is rounded to the nearest multiple of this number"),
            {"type": "number"},
        ),
        "withheld": (
            _("Whether any number for the group is suppressed"),
            {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
        ),
        "as_of": (_("Date of the count"), {"type": "date"}),
    }
    for dim in _list_dimensions(published_outcome.figures):
        if dim not in columns:
            columns[dim] = (_describe_dimension(dim), text_type)
    return columns


def _describe_dimension(dim: str) -> str:
    """Describe the column of a dimension; a program has one for the children in it."""
    text = _("%(breakdown)s; “All” for all children") % {
        "breakdown": releases_api.label_breakdown(dim)
    }
    values = [value for value in get_breakdown(dim).values if is_dimension(dim)]
    names = ", ".join(
        f"{value.code} = {releases_api.localize_text(value.label)}" for value in values
    )
    return f"{text}; {names}" if names else text


def list_provenance(
    published_outcome: PublishedOutcome, page_url: str
) -> Iterator[tuple[str, str]]:
    """Yield facts about the source of the figures, each with its heading."""
    definition = published_outcome.definition
    agreement_facts = queries.list_outcome_agreements(published_outcome)
    yield wording.label_numerator(definition), releases_api.localize_text(definition.numerator_text)
    if denominator_text := wording.describe_denominator(definition):
        yield _("Out of"), denominator_text
    yield _("Data from"), ", ".join(queries.list_source_names(published_outcome))
    yield (
        _("Legal basis"),
        "; ".join(
            sorted(
                {
                    releases_api.label_legal_basis(agreement_fact.basis)
                    for agreement_fact in agreement_facts
                }
            )
        ),
    )
    yield _("Agreements"), ", ".join(agreement.title for agreement in agreement_facts)
    yield _("As of"), wording.format_days(published_outcome.counted_on)
    if not published_outcome.has_one_population:
        yield "", wording.describe_populations(published_outcome.counted_on)
    withheld = wording.describe_withheld_groups(published_outcome.figures.withheld) or _(
        "Nothing is suppressed."
    )
    rule_text = wording.describe_suppression_rules(
        published_outcome.minimum_cell,
        published_outcome.contributors,
        published_outcome.figures,
    )
    yield _("Suppressed"), f"{withheld} {rule_text}"
    if merged_texts := releases_api.describe_merged_groups(published_outcome.figures.races):
        yield _("Groups"), " ".join(merged_texts)
    yield "", page_url
