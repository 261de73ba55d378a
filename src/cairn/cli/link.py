"""`cairn link`: which records are of the same child."""

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking


def link(*, acting: As = None, data: Data = None, as_json: AsJson = False) -> None:
    """Link the records of every delivery that counts now to people.

    Example: cairn link

    The same deliveries again find the run there is. People keep their random ids.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.linking import run

        run(voice, acting)
