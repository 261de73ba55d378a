"""Let other apps erase what they hold about participants when their records are destroyed."""

from collections.abc import Callable, Sequence

from cairn.services.programs.models import Participant

__all__ = ["register_participant_eraser"]

ParticipantEraser = Callable[[Sequence[Participant]], None]
"""A function that erases what an app holds about participants, in the transaction at hand."""

_ERASERS: dict[str, ParticipantEraser] = {}


def register_participant_eraser(app: str, eraser: ParticipantEraser) -> None:
    """Register how an app erases what it holds about participants.

    Args:
        app: label of the app; registered again, the later function counts.
        eraser: the function.
    """
    _ERASERS[app] = eraser


def erase_in_other_apps(participants: Sequence[Participant]) -> None:
    """Erase what other apps hold about participants.

    Args:
        participants: the participants.
    """
    for eraser in _ERASERS.values():
        eraser(participants)
