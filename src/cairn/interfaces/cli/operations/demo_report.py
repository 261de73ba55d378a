"""Run `cairn demo` and report what it made."""

import socket
from dataclasses import asdict

from django.conf import settings
from django.utils import timezone

from cairn.demo.governance.staff import (
    DEMO_PASSWORD,
    list_program_week_members,
    list_shown_members,
)
from cairn.demo.setup import DEMO_MADE_EVENT, DemoResult, build_demo
from cairn.governance.partners.api import has_first_user
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.interfaces.web.serving.server import (
    PortInUse,
    count_default_processes,
    run_server,
)
from cairn.platform.audit.api import AuditLine
from cairn.platform.storage.api import open_key_ring
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_DEMO_HOST = "127.0.0.1"
_DEMO_BEGUN_EVENT = "demo.begun"


def run_demo(output: CommandOutput, *, people: int, port: int | None) -> None:
    """Build the demo unless it exists, report who can sign in, and serve the site on `port`."""
    may_open_page(Action.VIEW_HOME, Actor.public(), on=timezone.localdate()).require()
    _refuse_real_installation()
    if port is not None:
        _check_port(port)
    with output.show_progress() as progress:
        files = settings.CAIRN_DATA.with_name(f"{settings.CAIRN_DATA.name}-files")
        result = build_demo(people=people, files=files, progress=progress)
    _report_demo(output, result, people)
    if port is not None:
        run_server(
            host=_DEMO_HOST,
            port=port,
            processes=count_default_processes(),
            on_ready=lambda address: _report_address(output, address),
        )


def _refuse_real_installation() -> None:
    """Refuse to put invented children among real ones."""
    if (
        has_first_user()
        and not AuditLine.objects.filter(event__in=(_DEMO_BEGUN_EVENT, DEMO_MADE_EVENT)).exists()
    ):
        raise CommandUsageError(
            f"The data folder {settings.CAIRN_DATA} belongs to a real partnership. The demo needs "
            "a folder of its own: cairn demo --data ./cairn-demo"
        )


def _check_port(port: int) -> None:
    """Report that a port is in use before the work, not after it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_DEMO_HOST, port))
        except OSError as error:
            raise PortInUse(
                f"Port {port} on {_DEMO_HOST} is in use, perhaps by another Cairn. "
                f"Stop it, or choose another port: cairn demo --port {port + 1}"
            ) from error


def _report_demo(output: CommandOutput, result: DemoResult, people: int) -> None:
    output.facts.update({**asdict(result), "files": str(result.files)})
    output.facts["sign_in"] = [
        {"email": listed_member.email, "role": listed_member.role.value}
        for listed_member in list_shown_members()
    ]
    if result.again:
        output.print_text(f"River County already exists: {result.people:,} invented children.")
        if result.people != people:
            output.print_text(f"For {people:,} children, choose another folder: --data FOLDER")
    else:
        _report_new_demo(output, result)
    output.print_text(f"The partners' original files: {result.files}")
    output.print_text(f"Sign in as one of these people. Everyone's password is “{DEMO_PASSWORD}”:")
    for member in list_shown_members():
        output.print_text(
            f"  {member.email} ({member.role.value.replace('_', ' ')}): {member.first}"
        )
    output.print_text("For a program's week also:")
    for member in list_program_week_members():
        output.print_text(f"  {member.email} ({member.name}): {member.first}")
    if result.letter:
        output.print_text(f"For a family's page, open /family/ and enter the code {result.letter}")
    if result.tutoring_letter:
        output.print_text(
            f"For the family of a child whom Nadia tutors, enter {result.tutoring_letter}"
        )
    if note := open_key_ring().note:
        output.print_text(note)


def _report_new_demo(output: CommandOutput, result: DemoResult) -> None:
    output.print_text(
        f"{result.people:,} invented children; {result.received} data submissions with "
        f"{result.rows:,} rows, {result.set_aside:,} of them set aside with a reason; "
        f"{result.linked:,} people found; {result.published} outcomes published, two waiting for "
        f"you."
    )
    for delivery, columns in result.refused_columns.items():
        output.print_text(
            f"  {delivery}: the agreement does not cover {' and '.join(columns)}; not imported."
        )
    output.print_table(
        ("Step", "Seconds"), [(step, f"{seconds:.1f}") for step, seconds in result.seconds.items()]
    )


def _report_address(output: CommandOutput, address: str) -> None:
    output.print_text(f"Open {address} (public page: {address}/public/). Press Control-C to stop.")
