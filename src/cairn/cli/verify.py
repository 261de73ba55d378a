"""`cairn verify`: is everything as it was written?"""

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking


def verify(*, acting: As = None, data: Data = None, as_json: AsJson = False) -> None:
    """Check the audit chain, every manifest and every file's hash: one changed byte is found.

    Example: cairn verify --json

    Ends with code 1 when anything is not as it was written.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.verifying import look

        look(voice, acting)
