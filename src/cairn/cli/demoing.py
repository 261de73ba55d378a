"""What `cairn demo` does, and how it tells a visitor what to look at first."""

import os
from pathlib import Path

from cairn.cli.voice import Voice
from cairn.demo import cast
from cairn.demo.run import Made, make
from cairn.web.server import serve


def make_and_tell(voice: Voice, *, people: int, data: Path) -> None:
    """Makes River County unless it is there, and says what came of it."""
    with voice.progress() as progress:
        made = make(people=people, files=files_beside(data), progress=progress)
    if made.again:
        voice.plain(f"River County is here already: {made.people:,} invented children.")
        if made.people != people:
            voice.plain(f"For {people:,} children choose another folder: --data FOLDER.")
    else:
        _tell(voice, made)
    voice.plain("")
    voice.plain(f"Who can sign in (all with the password “{cast.PASSWORD}”):")
    rows = [
        (member.email, member.role.value.replace("_", " "), member.first) for member in cast.shown()
    ]
    voice.table(("email", "role", "what to look at first"), rows)
    voice.plain("Without signing in: /public/ is what everyone may see.")
    voice.plain(f"The files as the partners sent them: {made.files}")


def files_beside(data: Path) -> Path:
    """Where the partners' files are kept: beside the data folder, which holds no raw file."""
    return data.with_name(f"{data.name}-files")


def open_the_site(voice: Voice, *, port: int) -> None:
    """Serves on this machine alone until interrupted."""
    os.environ["CAIRN_DEMO"] = "1"
    serve(
        port=port,
        on_ready=lambda address: voice.plain(f"\nOpen {address} — stop with Ctrl+C."),
    )


def _tell(voice: Voice, made: Made) -> None:
    voice.plain(
        f"{made.people:,} invented children; {made.received} deliveries with {made.rows:,} rows, "
        f"{made.set_aside:,} of them set aside with a reason; {made.linked:,} people found; "
        f"{made.published} outcomes published, two left waiting for you."
    )
    for delivery, columns in made.refused_columns.items():
        voice.plain(f"  {delivery}: {columns} columns outside its agreement, never written.")
    voice.table(("step", "seconds"), [(step, f"{took:.1f}") for step, took in made.seconds.items()])
