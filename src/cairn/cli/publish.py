"""`cairn publish`: figures go where the public reads."""

from cairn.cli.installation import Data, ready
from cairn.cli.release import Number
from cairn.cli.voice import As, AsJson, speaking


def publish(
    release: Number, *, acting: As = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Publish a release. Refused with every reason until all holds.

    Example: cairn publish 1

    It must be checked as safe, approved by two reviewers who are not its author, and confirmed by
    every owner of data in it (or their time to answer must be over).
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import published

        published(voice, release, acting)
