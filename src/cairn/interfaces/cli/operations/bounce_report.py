"""Record the bounces that a mailbox reports, and print how many there were."""

from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from cairn.governance.partners.api import find_operator, load_actor
from cairn.interfaces.cli.output import CommandOutput
from cairn.platform.notifications.api import import_bounce_reports
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


def report_bounces(output: CommandOutput, mailbox: Path, acting_email: str | None) -> None:
    """Record every bounce in a mailbox as the acting user, and print the counts."""
    by, at = find_operator(acting_email), timezone.localtime()
    may_open_page(Action.MANAGE_EMAIL, load_actor(by), on=timezone.localdate(at)).require()
    summary = import_bounce_reports(mailbox, by, at)
    output.facts.update(asdict(summary))
    output.print_text(
        f"Bounces recorded: {summary.recorded}. Recorded before: {summary.known}. "
        f"Other messages: {summary.other}."
    )
