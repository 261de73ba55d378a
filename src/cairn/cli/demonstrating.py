"""What `cairn demo` does and says."""

import socket
from dataclasses import asdict

from django.conf import settings
from django.utils import timezone

from cairn.audit.models import AuditLine
from cairn.cli.voice import Unusable, Voice
from cairn.demo.cast import PASSWORD, shown
from cairn.demo.run import MADE, Made, make
from cairn.intake.storehouse import key_ring
from cairn.partners.founding import is_founded
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action
from cairn.web.server import PortInUse
from cairn.web.server import serve as run_server

_HOST = "127.0.0.1"
_BEGUN = "demo.begun"


def show(voice: Voice, *, people: int, port: int | None) -> None:
    """Make the demo where it is not made yet, say who can sign in, and serve on `port`."""
    may_open(Action.VIEW_HOME, Actor.public(), on=timezone.localdate()).require()
    _keep_apart()
    if port is not None:
        _free(port)
    with voice.progress() as progress:
        files = settings.CAIRN_DATA.with_name(f"{settings.CAIRN_DATA.name}-files")
        made = make(people=people, files=files, progress=progress)
    _told(voice, made, people)
    if port is not None:
        run_server(host=_HOST, port=port, on_ready=lambda address: _ready(voice, address))


def _keep_apart() -> None:
    """Invented children never go among real ones."""
    if is_founded() and not AuditLine.objects.filter(event__in=(_BEGUN, MADE)).exists():
        raise Unusable(
            f"The data folder {settings.CAIRN_DATA} belongs to a real partnership, and the demo "
            "must not mix with it. Choose another folder: cairn demo --data ./cairn-demo"
        )


def _free(port: int) -> None:
    """Say that a port is in use before the work, not after it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise PortInUse(
                f"Port {port} on {_HOST} is in use, perhaps by another Cairn. "
                f"Stop that one, or choose another port: cairn demo --port {port + 1}"
            ) from error


def _told(voice: Voice, made: Made, people: int) -> None:
    voice.facts.update({**asdict(made), "files": str(made.files)})
    voice.facts["sign_in"] = [{"email": m.email, "role": m.role.value} for m in shown()]
    if made.again:
        voice.plain(f"River County is here already: {made.people:,} invented children.")
        if made.people != people:
            voice.plain(f"For {people:,} children choose another folder: --data FOLDER")
    else:
        _new(voice, made)
    voice.plain(f"The partners' files, as they were sent: {made.files}")
    voice.plain(f"Sign in with one of these; the password is always “{PASSWORD}”:")
    for member in shown():
        voice.plain(f"  {member.email} ({member.role.value.replace('_', ' ')}): {member.first}")
    if made.letter:
        voice.plain(f"A family's page needs no account: /family/ with the code {made.letter}")
    if note := key_ring().note:
        voice.plain(note)


def _new(voice: Voice, made: Made) -> None:
    voice.plain(
        f"{made.people:,} invented children; {made.received} deliveries with {made.rows:,} rows, "
        f"{made.set_aside:,} of them set aside with a reason; {made.linked:,} people found; "
        f"{made.published} outcomes published, two left waiting for you."
    )
    for delivery, columns in made.refused_columns.items():
        voice.plain(
            f"  {delivery}: its agreement does not cover {' and '.join(columns)}; never written."
        )
    voice.table(("Step", "Seconds"), [(step, f"{took:.1f}") for step, took in made.seconds.items()])


def _ready(voice: Voice, address: str) -> None:
    voice.plain(f"Cairn is at {address}; the public page is {address}/public/ (Control-C ends it).")
