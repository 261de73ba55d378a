"""Run `cairn receive --corrects`: preview a correction file, and import it when the user agrees."""

from pathlib import Path
from typing import Any

from django.utils import timezone

from cairn.data.intake import api as intake_api
from cairn.governance.partners.api import find_operator, load_actor
from cairn.interfaces.cli.data.file_import import ReceiveOptions
from cairn.interfaces.cli.data.import_report import describe_received_file, report_import
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Channel
from cairn.warehouse.pipeline import UnusableDelivery
from cairn.warehouse.schema import UnreadableFile


def import_correction_file(output: CommandOutput, options: ReceiveOptions, number: int) -> None:
    """Preview the corrections of a data submission; with ``--yes`` import and check them.

    Args:
        output: the output of the command.
        options: the options as they were typed.
        number: the number of the data submission that the file corrects.

    Raises:
        CommandUsageError: there is no such data submission of this sender, or several files.
        Refused: policy does not allow it.
    """
    by, at = find_operator(options.acting), timezone.localtime()
    delivery = _find_delivery(options, number, by)
    if len(options.files) != 1 or options.files[0].is_dir():
        raise CommandUsageError("--corrects: name one correction file.")
    path: Path = options.files[0]
    submission = intake_api.describe_correction(delivery, Channel.COMMAND, by, at)
    try:
        with output.show_progress() as progress:
            progress.step(f"Previewing {path.name}")
            read = intake_api.read_correction_file(delivery, submission, path.read_bytes())
            preview = intake_api.preview_correction(read, submission)
            _print_correction_preview(output, preview)
            output.facts["preview"] = preview
            if preview["problem"] or preview["refusals"]:
                output.mark_findings()
                return
            if not options.accept_proposals:
                output.print_text("  Nothing was imported. If this is right, add --yes.")
                output.mark_findings()
                return
            progress.step(f"Importing {path.name}")
            received = intake_api.import_corrections(read=read, submission=submission, by=by, at=at)
            checked = [
                intake_api.DeliveryReceipt(
                    intake_api.check_delivery(
                        delivery=part.delivery, by=by, at=timezone.now(), progress=progress
                    ),
                    part.result,
                )
                for part in received.all_parts
            ]
    except intake_api.CorrectionSentBefore as sent:
        again = intake_api.DeliveryReceipt(sent.delivery, intake_api.ReceiptResult.AGAIN)
        report_import(output, [describe_received_file(again)], [])
    except (intake_api.DeliveryStateConflict, UnreadableFile, UnusableDelivery) as problem:
        report_import(output, [], [(path.name, str(problem))])
        output.mark_findings()
    else:
        report_import(output, [describe_received_file(part) for part in checked], [])


def _find_delivery(options: ReceiveOptions, number: int, by: User) -> intake_api.Delivery:
    visible = intake_api.filter_visible_deliveries(load_actor(by), timezone.localdate())
    delivery = visible.filter(
        pk=number,
        organization__slug=options.sender,
        agreement_reference=options.under,
        mapping__isnull=False,
    ).first()
    if delivery is None:
        raise CommandUsageError(
            f"--corrects: {options.sender} has no data submission {number} under {options.under}. "
            "The number is in the address of its page."
        )
    return delivery


def _print_correction_preview(output: CommandOutput, preview: dict[str, Any]) -> None:
    for message in (*preview["refusals"], preview["problem"]):
        if message:
            output.print_text(f"  ✗ {message}")
    if "fixed" not in preview:
        return
    output.print_text(
        f"  Rows corrected: {preview['fixed']:,}. Still with a problem: {preview['still']:,}. "
        f"Unchanged: {preview['unchanged']:,}. Refused: {preview['refused']:,}."
    )
    before, after = preview["before"], preview["after"]
    output.print_text(
        f"  Kept: {before['kept']:,} now, {after['kept']:,} then. Set aside: "
        f"{before['set_aside']:,} now, {after['set_aside']:,} then."
    )
    for name, rows in preview.get("parts", {}).items():
        output.print_text(f"    {rows:,} rows go to the part {name}.")
    for column, count in preview["columns"].items():
        output.print_text(f"    {column}: {count:,} cells corrected.")
    for column, count in preview["ignored"].items():
        output.print_text(f"    {column}: {count:,} changes not used; no problem was reported.")
