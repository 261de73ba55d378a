"""Run `cairn link` on the deliveries of the hub; report counts, never a person."""

from django.utils import timezone

from cairn.data.identity import api as identity_api
from cairn.governance.partners.api import find_operator
from cairn.interfaces.cli.output import CommandOutput
from cairn.matching.pprl import describe_measured_loss


def match_hub_records(
    output: CommandOutput, acting_email: str | None, *, pilots: bool = False
) -> None:
    """Match records with a progress bar, and report how many records became how many people."""
    by, at = find_operator(acting_email), timezone.localtime()
    try:
        with output.show_progress() as progress:
            match_action = (
                identity_api.link_pilot_deliveries
                if pilots
                else identity_api.link_current_deliveries
            )
            linkage_run = match_action(by=by, at=at, progress=progress)
    except identity_api.NothingToLink as error:
        output.facts["nothing_to_link"] = str(error)
        output.print_text(str(error))
        output.mark_findings()
        return
    output.facts.update(
        run=linkage_run.pk,
        deliveries=linkage_run.deliveries,
        left_out=linkage_run.left_out,
        rows=linkage_run.rows,
        rows_unlinked=linkage_run.rows_unlinked,
        records=linkage_run.records,
        people=linkage_run.people,
        new_people=linkage_run.new_people,
    )
    output.print_text(
        f"{linkage_run.records:,} records in {linkage_run.deliveries} data submissions belong to "
        f"{linkage_run.people:,} people. {linkage_run.new_people:,} of them are new."
    )
    if encoded_count := identity_api.summarize_encodings(linkage_run):
        output.facts.update(
            people_without_names=encoded_count.people, people_least=encoded_count.least
        )
        output.print_text(
            f"! The records of {encoded_count.people:,} people are encoded, without names. Cairn "
            "compares them only within their own project. All data together are about "
            f"{encoded_count.least:,} to {encoded_count.most:,} different people. "
            f"{describe_measured_loss()}"
        )
    if linkage_run.left_out:
        output.print_text(
            f"{linkage_run.left_out} data submissions were not used, because their agreement is "
            "not in force or does not name you as a recipient."
        )
    if linkage_run.rows_unlinked:
        output.print_text(f"{linkage_run.rows_unlinked:,} rows were not matched to a person.")
