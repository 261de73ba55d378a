"""`cairn check`: is this installation sound?"""

from cairn.cli.installation import Data, choose, load
from cairn.cli.voice import AsJson, speaking


def check(*, data: Data = None, as_json: AsJson = False) -> None:
    """Is this installation sound? Looks at everything it stands on, and changes nothing.

    Example: cairn check

    Ends with code 1 when something must be mended first; each line says how.
    """
    with speaking(as_json=as_json) as voice:
        choose(data)
        load()
        from cairn.cli.soundness import tell

        tell(voice)
