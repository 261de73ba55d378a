"""Run `cairn protect` on counts: read, protect, audit, and only then write."""

from collections.abc import Collection
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Final

from cairn.interfaces.cli.command_files import check_output_path
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.cli.sdc import cell_files, protect_options, published_files
from cairn.interfaces.cli.sdc import protection_methods as methods
from cairn.interfaces.cli.sdc.cell_files import CellColumns, CellFile
from cairn.interfaces.cli.sdc.measure_protection import protect_measure_file
from cairn.interfaces.cli.sdc.protect_options import PERTURBING_METHODS, ProtectOptions
from cairn.sdc import tables
from cairn.sdc.contributors import CellContributor
from cairn.sdc.differencing import EarlierRelease, HistoryProtection, ReleaseConflictError
from cairn.sdc.options import ProtectionMethod
from cairn.sdc.perturbation import PerturbedTables
from cairn.sdc.tables import ALL, RESULT, CellCounts, Key, ReportingRule, TableRequest

MOST_PROTECTED_CELLS: Final = 300_000
"""Cells of all margins that are protected at once."""


@dataclass(frozen=True, slots=True)
class _CompletedTable:
    """Hold the true or completed cells, and which came withheld."""

    request: TableRequest
    source: frozenset[Key]


def protect_count_file(voice: CommandOutput, options: ProtectOptions) -> None:
    """Read, protect, audit and write.

    Raises:
        Unusable: the command or the file must be corrected first.
    """
    if options.measure:
        protect_options.check_measure_options(options)
        protect_measure_file(voice, options)
        return
    protect_options.check_method_options(options)
    columns_, rule = (
        protect_options.choose_columns(options),
        protect_options.choose_reporting_rule(options),
    )
    requested = protect_options.choose_tables(options, columns_.dims)
    _check_output_files(options)
    if (
        options.written_method
        and not (decision := methods.decide_method(options.written_method, options.rules)).allowed
    ):
        voice.facts["written"] = None
        voice.report_refusal(decision)
        return
    with voice.show_progress() as progress:
        progress.step("Reading")
        content = cell_files.read_cell_file(options.cells, columns_)
        completed = _complete_cells(options, columns_, content, requested)
        rates = columns_.denominator is not None
        earlier_releases = [
            EarlierRelease(release_file.name, release_file.counts, release_file.recoded)
            for release_file in (
                published_files.read_published_file(path, columns_.dims, rates=rates)
                for path in options.previous
            )
        ]
        table = methods.TableToProtect(
            completed.request,
            rule,
            completed.source,
            methods.sum_record_keys(options, columns_, completed.request.cells)
            if options.secret
            else None,
            options.base or methods.DEFAULT_BASE,
            _list_contributors(options, columns_, completed),
        )
        progress.step("Applying and testing suppression")
        perturbed = (
            methods.perturb_table(table, options.written_method)
            if options.written_method in PERTURBING_METHODS
            else None
        )
        try:
            protection = (
                methods.suppress_cells(table, earlier_releases)
                if options.compare or not perturbed
                else None
            )
        except ReleaseConflictError as conflict:
            voice.mark_findings()
            voice.facts.update(written=None, conflict=str(conflict), releases=conflict.releases)
            voice.print_error_line(f"Nothing was written. {conflict}")
            return
        if options.compare and protection:
            progress.step("Comparing methods")
            methods.show_comparison(voice, table, protection, options.rules)
    if perturbed and options.out:
        _write_perturbed(voice, options, options.out, columns_, table, perturbed)
    elif protection and options.out:
        _write_suppressed(voice, options, options.out, columns_, rule, completed, protection)


def _check_output_files(options: ProtectOptions) -> None:
    inputs = [options.cells, *options.previous, *([options.secret] if options.secret else [])]
    if options.written_method is None:
        return
    out = check_output_path(options.out, inputs, "published.csv")
    if options.audit:
        check_output_path(options.audit, inputs, "audit.json")
        if options.audit.resolve() == out.resolve():
            raise CommandUsageError("--audit and --out name the same file. Use two names.")


def _complete_cells(
    options: ProtectOptions,
    columns: CellColumns,
    content: CellFile,
    requested: tuple[tuple[str, ...], ...],
) -> _CompletedTable:
    """Build the request, with a number for each cell that the source withheld."""
    keys = {*content.finest, *content.totals, *content.withheld}
    _check_table_size(options, columns, keys, requested)
    if content.finest and not content.withheld:
        cells = CellCounts(columns.key_dims, content.finest)
        cell_files.check_file_totals(
            options.cells, content, lambda: tables.count_cells(cells, set(content.totals))
        )
        return _CompletedTable(TableRequest(cells, requested, columns.nests), frozenset())
    known = {**content.finest, **{key: n for key, (n, _) in content.totals.items()}}
    if not content.totals:
        raise CommandUsageError(
            f"{options.cells.name}: some numbers are blank, and there are no totals. Add the "
            f'totals (with "{ALL}" where a column is summed), or the numbers.'
        )
    try:
        completed = tables.complete_table(columns.key_dims, known, content.withheld, columns.nests)
    except tables.TableContradictionError as problem:
        raise CommandUsageError(
            f"{options.cells.name}: the totals do not match their parts. Look for a total that is "
            "smaller than one of its parts, or larger than their sum."
        ) from problem
    except tables.TooManyCellsError as problem:
        raise CommandUsageError(
            f"{options.cells.name}: too many cells for a table with blank numbers. Use fewer "
            "dimensions, or fill in every number."
        ) from problem
    request = TableRequest(CellCounts(columns.key_dims, completed), requested, columns.nests)
    source = _find_unknown_cells(request, known)
    if any(
        n == 0 and (RESULT not in columns.key_dims or key[-1] == ALL)
        for key, n in tables.count_cells(request.cells, source).items()
    ):
        raise CommandUsageError(
            f"{options.cells.name}: the requested tables have cells that are not in the file. "
            f"Request only tables that the file has (--tables), or list every group, blank where "
            "it is withheld."
        )
    return _CompletedTable(request, source)


def _list_contributors(
    options: ProtectOptions, columns: CellColumns, completed: _CompletedTable
) -> tuple[CellContributor, ...]:
    if options.contributor is None:
        return ()
    if completed.source:
        raise CommandUsageError(
            f"{options.cells.name}: some numbers are blank, so each contributor's part is unknown. "
            "Fill in every number, or leave --contributor out."
        )
    return cell_files.read_contributors(
        options.cells, options.contributor, columns, completed.request.cells
    )


def _find_unknown_cells(request: TableRequest, known: Collection[Key]) -> frozenset[Key]:
    """Find cells that the file neither gives nor adds up to: their numbers are made up here."""
    lattice = tables.build_lattice(request)
    known_numbers = {number for number, key in enumerate(lattice.keys) if key in known}
    previous_count = -1
    while previous_count != (previous_count := len(known_numbers)):
        for equation in lattice.sums:
            if known_numbers.issuperset(equation.parts):
                known_numbers.add(equation.total)
    return frozenset(
        key
        for number, key in enumerate(lattice.keys)
        if lattice.public[number] and number not in known_numbers
    )


def _check_table_size(
    options: ProtectOptions,
    columns: CellColumns,
    keys: Collection[Key],
    requested: tuple[tuple[str, ...], ...],
) -> None:
    parents = {nest.child: nest.parent for nest in columns.nests}
    values = {dim: len({key[index] for key in keys}) for index, dim in enumerate(columns.key_dims)}
    size = sum(
        prod(values[dim] + 1 for dim in table if dim not in {parents.get(d) for d in table})
        for table in requested
    ) * (len(tables.RESULTS) + 1 if columns.denominator else 1)
    if size > MOST_PROTECTED_CELLS:
        raise CommandUsageError(
            f"{options.cells.name}: the tables have about {size:,} cells. The limit is "
            f"{MOST_PROTECTED_CELLS:,}. Use fewer dimensions (--tables), or merge categories: in "
            "such detail, nearly all cells are small."
        )


def _write_suppressed(
    voice: CommandOutput,
    options: ProtectOptions,
    out: Path,
    columns: CellColumns,
    rule: ReportingRule,
    completed: _CompletedTable,
    protection: HistoryProtection,
) -> None:
    published = protection.published
    shown = sum(n is not None for n in (cell.n for cell in published.cells))
    if not shown and protection.few_others:
        voice.mark_findings()
        voice.facts.update(written=None, few_others=len(protection.few_others))
        voice.print_error_line(
            "Nothing was written. From any number, an organization that knows its own part could "
            "calculate a small number of others. Merge categories, or ask the organizations with "
            "few people whether their part may be left out."
        )
        return
    if not shown:
        raise CommandUsageError(
            f"{options.cells.name}: every cell would have to be withheld. Merge categories, or use "
            "fewer dimensions."
        )
    reason_by_key = tables.explain_withheld_cells(
        published,
        completed.request.cells,
        rule,
        source=completed.source,
        earlier=protection.because,
        others=protection.few_others,
    )
    rates = columns.denominator is not None
    ranged = options.written_method is ProtectionMethod.RANGES
    ranges = methods.compute_audited_ranges(completed.request, rule, published) if ranged else {}
    printed = tables.build_printed_rows(published, rule, ranges)
    text = published_files.format_published_file(columns.dims, printed, rates=rates, ranges=ranged)
    if options.audit:
        published_files.write_text_file(
            options.audit, _format_audit(columns, rule, completed, protection, reason_by_key)
        )
    published_files.write_text_file(out, text)
    voice.facts.update(
        written=str(out),
        rule=rule.name,
        minimum=rule.minimum,
        zeros=rule.zeros.value,
        sums=rule.sums.value,
        cells=len(published.cells),
        withheld=published.withheld,
        narrowest=published.certificate.narrowest,
        previous={name: relation.value for name, relation in protection.relations.items()},
        contributors=len(protection.contributors),
    )
    voice.print_text(
        f"{published.withheld:,} of {len(published.cells):,} cells are withheld. Each has at "
        f"least {published.certificate.narrowest or 'any number of'} possible values for an "
        f"attacker. Written: {out}"
    )
    if not rule.verified:
        voice.print_text(f"! {rule.name}: {rule.note}")


def _write_perturbed(
    voice: CommandOutput,
    options: ProtectOptions,
    out: Path,
    columns: CellColumns,
    table: methods.TableToProtect,
    perturbed: PerturbedTables,
) -> None:
    """Write every number moved, each with the range that it represents."""
    ranges = {key: perturbed.find_range(key) for key in perturbed.cells}
    printed = tables.build_printed_rows(perturbed.published, table.rule, ranges)
    rates = columns.denominator is not None
    certificate = perturbed.certificate
    summary = {
        "method": options.written_method,
        "base": table.base if options.written_method is ProtectionMethod.ROUND else None,
        "moved_at_most": perturbed.reach,
        "cells": len(perturbed.cells),
        "narrowest": certificate.narrowest,
    }
    if options.audit:
        audit = {"safe": certificate.safe, "digest": certificate.digest, **summary}
        published_files.write_text_file(options.audit, published_files.format_audit_file(audit))
    published_files.write_text_file(
        out, published_files.format_published_file(columns.dims, printed, rates=rates, ranges=True)
    )
    voice.facts.update(written=str(out), rule=table.rule.name, **summary)
    voice.print_text(
        f"Each of the {len(perturbed.cells):,} numbers may be changed by up to "
        f"{perturbed.reach}. Each has at least {certificate.narrowest or 'any number of'} "
        f"possible values for an attacker. Written: {out}"
    )


def _format_audit(
    columns: CellColumns,
    rule: ReportingRule,
    completed: _CompletedTable,
    protection: HistoryProtection,
    reason_by_key: dict[Key, tables.WithholdingReason],
) -> str:
    """Format why each cell is withheld and what an attacker is left with, for the analyst."""
    certificate = protection.published.certificate
    intervals = {interval.key: interval for interval in certificate.ranges}
    counts = dict.fromkeys(tables.WithholdingReason, 0)
    for reason in reason_by_key.values():
        counts[reason] += 1
    cells = [
        {
            **dict(zip(columns.key_dims, key, strict=True)),
            "why": reason.value,
            "words": tables.REASON_SENTENCES[reason].format(
                minimum=rule.minimum,
                group=rule.smallest_group,
                release=protection.because.get(key, ""),
            ),
            "seen_from": intervals[key].low,
            "seen_to": intervals[key].high,
            "values_seen": intervals[key].values,
            "values_required": intervals[key].required,
            "values_left_to_a_participant": intervals[key].left,
        }
        for key, reason in reason_by_key.items()
    ]
    return published_files.format_audit_file(
        {
            "note": "Not for the public: it says which cells are small and which protect them.",
            "rule": {
                "name": rule.name,
                "citation": rule.citation,
                "verified": rule.verified,
                "minimum": rule.minimum,
                "minimum_group": rule.smallest_group,
                "zeros": certificate.rule.zeros.value,
                "sums": certificate.rule.sums.value,
            },
            "safe": certificate.safe,
            "digest": certificate.digest,
            "digest_together": protection.together.digest if protection.together else None,
            "programs": certificate.programs,
            "narrowest": certificate.narrowest,
            "participants": certificate.participants,
            "reasons": {reason.value: n for reason, n in counts.items() if n},
            "previous": {name: relation.value for name, relation in protection.relations.items()},
            "completed": bool(completed.source),
            "contributors": _list_contributor_audits(columns, protection),
            "outcome": RESULT if columns.denominator else None,
            "withheld": cells,
        }
    )


def _list_contributor_audits(
    columns: CellColumns, protection: HistoryProtection
) -> list[dict[str, object]]:
    """List what each contributor can work out about all others."""
    return [
        {
            "contributor": name,
            "digest": certificate.digest,
            "programs": certificate.programs,
            "withheld": [
                {
                    **dict(zip(columns.key_dims, interval.key, strict=True)),
                    "others_seen_from": interval.low,
                    "others_seen_to": interval.high,
                    "values_seen": interval.values,
                }
                for interval in certificate.ranges
            ],
        }
        for name, certificate in protection.contributors.items()
    ]
