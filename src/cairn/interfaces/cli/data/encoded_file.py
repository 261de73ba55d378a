"""Run `cairn encode`: make keys and projects, and write the encoded file.

A partner sends the encoded file instead of names.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cairn.interfaces.cli.command_files import check_output_path, find_local_date
from cairn.interfaces.cli.data.file_matching import report_findings
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.matching import pprl
from cairn.matching.profiling import inspect_rosters
from cairn.matching.rosters import combine_rosters, find_field_in_record_ids, read_roster

_NAME_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """Hold what to encode, with which keys, and where to write it."""

    file: Path | None
    key: Path | None
    project: Path | None
    out: Path | None
    leave_out: frozenset[str]


def make_key_pair_files(output: CommandOutput, name: str) -> None:
    """Write a new pair of keys to the current folder; never overwrite an existing key."""
    private, public = pprl.create_key_pair(_check_name(name))
    _write_new_file(Path(f"{name}.private"), private, mode=0o600)
    _write_new_file(Path(f"{name}.public"), public, mode=0o644)
    fingerprint = pprl.compute_key_fingerprint(public)
    output.facts.update(private=f"{name}.private", public=f"{name}.public", fingerprint=fingerprint)
    output.print_text(
        f"Keep {name}.private on this computer and a copy in a safe place. Do not share it."
    )
    output.print_text(f"Send {name}.public to the partner who makes the project.")
    output.print_text(f"Read its fingerprint to them over the phone: {fingerprint}")


def make_project_file(
    output: CommandOutput, name: str, key: Path | None, partners: Sequence[Path]
) -> None:
    """Write a project file that its maker and the named partners can open."""
    if key is None or not partners:
        raise CommandUsageError("A project needs your key and at least one partner: --key, --with.")
    private = _read_key_text(key, "--key")
    public_key_by_file = {path.name: _read_key_text(path, "--with") for path in partners}
    project_text = pprl.create_project_file(
        _check_name(name), private, list(public_key_by_file.values())
    )
    _write_new_file(Path(f"{name}.project"), project_text, mode=0o600)
    fingerprint_by_file = {
        file: pprl.compute_key_fingerprint(public_key)
        for file, public_key in public_key_by_file.items()
    }
    output.facts.update(project=f"{name}.project", partners=fingerprint_by_file)
    output.print_text(
        f"Send {name}.project to every partner, but not to the organization that matches records."
    )
    output.print_text(
        "Before you send it, have each partner read you their key's fingerprint over the phone:"
    )
    for file, fingerprint in fingerprint_by_file.items():
        output.print_text(f"  {file}: {fingerprint}")


def encode_roster_file(output: CommandOutput, options: EncodeOptions) -> None:
    """Read, inspect, encode and write the file; raise a usage error for what cannot be done."""
    if options.file is None or options.key is None or options.project is None:
        raise CommandUsageError(
            "Name the file, your key and the project: FILE --key … --project … --out …"
        )
    out = check_output_path(
        options.out, [options.file, options.key, options.project], "encoded.parquet"
    )
    project = pprl.open_project_file(
        _read_key_text(options.project, "--project"), _read_key_text(options.key, "--key")
    )
    with output.show_progress() as progress:
        progress.step("Reading the file")
        inspection = inspect_rosters(
            [read_roster(options.file, on=find_local_date(), leave_out=options.leave_out)]
        )
        report_findings(output, inspection)
        if not inspection.is_fit:
            output.facts["written"] = None
            output.mark_findings()
            output.print_text(
                "Nothing was encoded. Correct the errors marked ✗, and run the command again."
            )
            return
        progress.step("Encoding")
        rows = combine_rosters(inspection.rosters)
        pprl.write_encoded_file(pprl.encode_records(rows, project), out)
    if id_reason := find_field_in_record_ids(rows):
        output.print_text(
            f"! The record IDs are the children's own numbers ({id_reason}) and are sent "
            "unchanged. Use row numbers instead, and keep the list on your own computer."
        )
    if without_birth_date := rows.column("birth_date").null_count:
        output.print_text(
            f"! {without_birth_date:,} rows have no birth date. These children will not be found."
        )
    output.facts.update(
        without_birth_date=without_birth_date,
        records=rows.num_rows,
        project=project.project,
        written=str(out),
        record_ids_tell=id_reason,
    )
    output.print_text(f"Encoded {rows.num_rows:,} records for “{project.project}”. Written: {out}")


def _check_name(name: str) -> str:
    if not _NAME_PATTERN.fullmatch(name):
        raise CommandUsageError(f"“{name}”: use only letters, digits, spaces, - and _ in a name.")
    return name


def _read_key_text(path: Path, option: str) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CommandUsageError(f"{option}: {path} cannot be read.") from None


def _write_new_file(path: Path, text: str, *, mode: int) -> None:
    """Write a new file; never replace an existing one, because its key may be in use."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise CommandUsageError(
            f"{path} already exists. Choose another name, or move the file."
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
