"""Run `cairn opt-out`: local ids are read, hashed and not kept."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from django.utils import timezone

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization, find_operator
from cairn.interfaces.cli.command_files import read_input_text
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.policy.vocabulary import OptOutScope

_LONGEST_KNOWN_BY: Final = 200


@dataclass(frozen=True, slots=True)
class OptOutOptions:
    """Hold the options of the command as they were typed.

    `organization` is the owner of the ids, `known_by` says how the sender knows who declined, and
    `undo` withdraws the opt-outs.
    """

    organization: str
    scope: str
    season: str
    known_by: str
    undo: bool


def record_opt_out_list(
    output: CommandOutput, file: Path, options: OptOutOptions, acting_email: str | None
) -> None:
    """Record the opt-outs, or withdraw them, and report how many."""
    by, at = find_operator(acting_email), timezone.localtime()
    organization = Organization.objects.filter(slug=options.organization).first()
    if organization is None:
        partner_names = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandUsageError(
            f"--from: nobody here is called “{options.organization}”. Partners: {partner_names}."
        )
    if options.scope not in {scope.value for scope in OptOutScope}:
        raise CommandUsageError(
            f"--scope: write {' or '.join(scope.value for scope in OptOutScope)}."
        )
    scope, signature_by_id = (
        OptOutScope(options.scope),
        _read_signatures(file, timezone.localdate(at)),
    )
    if len(options.known_by) > _LONGEST_KNOWN_BY:
        raise CommandUsageError(f"--known-by: say it in at most {_LONGEST_KNOWN_BY} characters.")
    signed_by_id = {
        local_id: replace(signature, authenticated=options.known_by)
        for local_id, signature in signature_by_id.items()
        if signature is not None
    }
    if options.undo:
        if not options.known_by:
            raise CommandUsageError(
                "--undo: say with --known-by how you know that it is this person, such as: signed "
                "paper, checked with an identity card."
            )
        if len(signed_by_id) < len(signature_by_id):
            raise CommandUsageError(
                f"{file}: write on each line who says so: id | name | relation."
            )
        withdrawal = consents_api.withdraw_opt_outs(
            organization=organization, signatures=signed_by_id, scope=scope, by=by, at=at
        )
        output.facts.update(taken_back=withdrawal.ended, disputed=withdrawal.disputed)
        output.plain(f"{withdrawal.ended} opt-outs were taken back.")
        if withdrawal.disputed:
            output.plain(f"{withdrawal.disputed} were made by someone else: the district decides.")
        return
    recorded = consents_api.record_opt_outs(
        organization=organization,
        local_ids=list(signature_by_id),
        signatures=signed_by_id,
        scope=scope,
        season=options.season or consents_api.compute_school_year(timezone.localdate(at)),
        by=by,
        at=at,
    )
    output.facts.update(new=recorded.new, already=recorded.already)
    output.plain(f"{recorded.new} children are newly left out; {recorded.already} were already.")


def _read_signatures(file: Path, on_date: date) -> dict[str, consents_api.FamilySignature | None]:
    text = read_input_text(file, "Write one local id a line into a file.")
    try:
        signature_by_id = consents_api.parse_signer_lines(text, on_date)
    except consents_api.UnreadableSignerLine as error:
        raise CommandUsageError(f"{file}: {error}") from error
    if not signature_by_id:
        raise CommandUsageError(f"{file}: there is no id in it. Write one local id a line.")
    return signature_by_id
