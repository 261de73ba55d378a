"""Run `cairn protect … --measure`: turn values of people into publishable figures."""

import csv
import io
import re
from collections.abc import Collection
from fractions import Fraction
from typing import Final

from cairn.interfaces.cli.command_files import check_output_path
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.cli.sdc import cell_files, protect_options, published_files
from cairn.interfaces.cli.sdc.cell_files import CellColumns
from cairn.interfaces.cli.sdc.protect_options import ProtectOptions
from cairn.sdc import magnitudes, tables
from cairn.sdc.magnitudes import FigureReason
from cairn.sdc.options import Statistic, Sums
from cairn.warehouse.exporters import escape_formula
from cairn.warehouse.schema import ROW_COLUMN

_DECIMAL_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_GROUPED_DECIMAL: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_MISSING_SYMBOLS: Final = frozenset({"", "na", "n/a", "null"})

FIGURE_REASON_SENTENCES: Final = {
    FigureReason.FEW: "Fewer than {minimum} people.",
    FigureReason.END: "So near the lowest or highest value that it reveals everyone's value.",
    FigureReason.HEAVY: "One or two people have most of it, so it reveals one of their values.",
    FigureReason.COVERS: "Safe by itself, but a withheld figure could be calculated from it.",
    FigureReason.UNSTEADY: "One person alone could change the median, even when rounded.",
}
"""A sentence for each reason, for the analyst alone."""


def protect_measure_file(voice: CommandOutput, options: ProtectOptions) -> None:
    """Read, protect, audit and write.

    Raises:
        Unusable: the command or the file must be corrected first.
    """
    columns_, rule, dominance_rule = (
        protect_options.choose_columns(options),
        protect_options.choose_reporting_rule(options),
        protect_options.choose_dominance_rule(options),
    )
    statistic = options.statistic or Statistic.MEAN
    if options.out is None:
        raise CommandUsageError("Name the file to write: --out PUBLISHED.csv")
    out = check_output_path(options.out, [options.cells], "published.csv")
    if (
        options.audit
        and check_output_path(options.audit, [options.cells], "audit.json").resolve()
        == out.resolve()
    ):
        raise CommandUsageError("--audit and --out name the same file. Use two names.")
    with voice.show_progress() as progress:
        progress.step("Reading")
        people, skipped = _read_measure(options, columns_)
        progress.step("Applying and testing suppression")
        protected = magnitudes.protect_figures(
            magnitudes.MagnitudeRequest(
                measured=people,
                dims=columns_.dims,
                tables=protect_options.choose_tables(options, columns_.dims),
                statistic=statistic,
                rule=rule.suppression_rule,
                dominance=dominance_rule,
                nests=columns_.nests,
                group=rule.smallest_group,
            )
        )
    if not any(item.told for item in protected.figures):
        raise CommandUsageError(
            f"{options.cells.name}: every figure would have to be withheld. Merge categories, or "
            f"use fewer dimensions."
        )
    if options.audit:
        published_files.write_text_file(
            options.audit,
            _format_measure_audit(columns_, rule, dominance_rule, statistic, protected),
        )
    published_files.write_text_file(
        out,
        _format_figures(
            columns_.dims, protected, sizes=rule.shows is not tables.PercentageDetail.PERCENTAGES
        ),
    )
    withheld = sum(item.told is None and item.n != 0 for item in protected.figures)
    voice.facts.update(
        written=str(out),
        rule=rule.name,
        dominance=dominance_rule.name,
        minimum=rule.minimum,
        statistic=statistic.value,
        people=sum(len(values) for values in people.people.values()),
        without_a_value=skipped,
        cells=len(protected.figures),
        withheld=withheld,
        asked=protected.audit.asked if protected.audit else None,
    )
    proven = (
        f"No reader, not even a person who is counted, can estimate anyone's value to within "
        f"{dominance_rule.percent} percent"
        if protected.audit
        else "No single person's value changes a published median"
    )
    voice.print_text(
        f"{withheld:,} of {len(protected.figures):,} figures are withheld. {proven}. Written: {out}"
    )
    if skipped:
        voice.print_text(f"{skipped:,} rows have no {options.measure} and are not counted in n.")
    for item in (rule, dominance_rule):
        if not item.verified:
            voice.print_text(f"! {item.name}: {item.note}")


def _read_measure(
    options: ProtectOptions, columns: CellColumns
) -> tuple[magnitudes.MeasuredPeople, int]:
    """Read what each person has, and count the rows without a value."""
    name = options.measure or ""
    content = cell_files.read_cell_file(options.cells, columns)
    sheet = cell_files.read_matching_sheet(options.cells, (*columns.dims, name))
    table = [sheet.table.column(column).to_pylist() for column in (ROW_COLUMN, name, *columns.dims)]
    people: dict[tables.Key, list[Fraction]] = {key: [] for key in content.finest}
    skipped = 0
    floor, ceiling = _parse_limits(options)
    for row, text, *values in zip(*table, strict=True):
        value = _read_measure_value(options, row, text)
        if value is None:
            skipped += 1
            continue
        if value < floor or (ceiling is not None and value > ceiling):
            raise CommandUsageError(
                f"{options.cells.name}, row {row}, column {name}: outside the possible values. "
                "Correct it, or set the limits with --between LEAST:MOST."
            )
        people[tuple((dim_value or "").strip() for dim_value in values)].append(value)
    if skipped == content.rows:
        raise CommandUsageError(f"{options.cells.name}: no row has a value in the column {name}.")
    return magnitudes.convert_to_steps(people, floor, ceiling), skipped


def _read_measure_value(options: ProtectOptions, row: int, text: str | None) -> Fraction | None:
    digits = (text or "").strip()
    if digits.casefold() in _MISSING_SYMBOLS:
        return None
    if _GROUPED_DECIMAL.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _DECIMAL_NUMBER.fullmatch(digits):
        raise CommandUsageError(
            f"{options.cells.name}, row {row}, column {options.measure}: not a number. Use digits, "
            f"or leave the cell empty if the value is unknown."
        )
    return Fraction(digits)


def _parse_limits(options: ProtectOptions) -> tuple[Fraction, Fraction | None]:
    """Parse the least and the most that a person can have; from 0 up where no limits are given."""
    if options.between is None:
        return Fraction(0), None
    low, colon, high = (part.strip() for part in options.between.partition(":"))
    if not colon or not all(_DECIMAL_NUMBER.fullmatch(part) for part in (low, high or "0")):
        raise CommandUsageError(
            "--between: use LEAST:MOST, such as 0:180, or 0: without an upper limit."
        )
    floor, ceiling = Fraction(low), Fraction(high) if high else None
    if ceiling is not None and ceiling <= floor:
        raise CommandUsageError("--between: the lowest value must be below the highest.")
    return floor, ceiling


def _format_figures(
    dims: Collection[str], protected: magnitudes.ProtectedFigures, *, sizes: bool
) -> str:
    """Format the published file. ``sizes``: whether the rule lets groups' sizes be shown."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow([*dims, "n", "value", "rounded_to", "status"])
    for figure in protected.figures:
        rounded = figure.told
        shown = (
            [
                magnitudes.format_rounded_figure(rounded.value, rounded.unit),
                magnitudes.format_rounded_figure(rounded.unit, rounded.unit),
            ]
            if rounded
            else ["", ""]
        )
        status = (
            tables.RowStatus.PUBLISHED if rounded or figure.n == 0 else tables.RowStatus.WITHHELD
        )
        n = figure.n if sizes or figure.n == 0 else None
        key = map(escape_formula, figure.key)
        writer.writerow([*key, "" if n is None else n, *shown, status.value])
    return sink.getvalue()


def _format_measure_audit(
    columns: CellColumns,
    rule: tables.ReportingRule,
    dominance_rule: magnitudes.DominanceRule,
    statistic: Statistic,
    protected: magnitudes.ProtectedFigures,
) -> str:
    """Format, for the analyst alone, why each figure is withheld, and what the audit examined."""
    certificate, reasons = protected.counts.certificate, [*protected.why.values()]
    return published_files.format_audit_file(
        {
            "note": "Not for the public: it says which figures are unsafe and which protect them.",
            "statistic": statistic.value,
            "rule": {
                "name": rule.name,
                "citation": rule.citation,
                "verified": rule.verified,
                "minimum": rule.minimum,
                "minimum_group": rule.smallest_group,
                "zeros": certificate.rule.zeros.value,
                "sums": Sums.PROTECTED.value,
            },
            "dominance": {
                "name": dominance_rule.name,
                "citation": dominance_rule.citation,
                "verified": dominance_rule.verified,
                "percent": dominance_rule.percent,
                "largest": dominance_rule.largest,
                "share": dominance_rule.share,
            },
            "counts": {"safe": certificate.safe, "digest": certificate.digest},
            "sums": _format_sum_audit(protected),
            "reasons": {why.value: n for why in FigureReason if (n := reasons.count(why))},
            "withheld": [
                {
                    **dict(zip(columns.dims, key, strict=True)),
                    "why": why.value,
                    "words": FIGURE_REASON_SENTENCES[why].format(minimum=rule.smallest_group),
                }
                for key, why in protected.why.items()
            ],
        }
    )


def _format_sum_audit(protected: magnitudes.ProtectedFigures) -> dict[str, object] | None:
    audit = protected.audit
    if audit is None:
        return None
    return {"safe": audit.safe, "asked": audit.asked, "programs": audit.programs}
