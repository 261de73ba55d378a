"""What hands, scanners and ears do to a word, a date and an id."""

from collections.abc import Callable

import numpy as np

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: [row[i + d] for d in (-1, 1) if 0 <= i + d < len(row)]
    for row in _KEYS
    for i, key in enumerate(row)
}
_SCANNED = (
    ("m", "rn"), ("rn", "m"), ("l", "i"), ("i", "l"), ("o", "0"), ("cl", "d"), ("e", "c"),
    ("u", "v"), ("nn", "m"), ("h", "b"), ("s", "5"), ("g", "q"),
)  # fmt: skip
_HEARD = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("ie", "y"), ("y", "ie"), ("ee", "ea"), ("c", "k"),
    ("k", "c"), ("z", "s"), ("s", "z"), ("ll", "l"), ("l", "ll"), ("th", "t"), ("ei", "ie"),
    ("sh", "ch"), ("v", "b"), ("j", "g"), ("e", "a"), ("o", "u"), ("nn", "n"), ("tt", "t"),
)  # fmt: skip
_ONE_KEY_WRONG, _LEFT_OUT, _TWICE, _SWAPPED, _MISREAD = 0.28, 0.48, 0.62, 0.80, 0.88
"""Upper ends of the shares of each kind of mistake; the rest is misheard."""


def misspelled(rng: np.random.Generator, words: np.ndarray) -> np.ndarray:
    """Each word with one mistake; one of a single letter stays."""
    draws = rng.random((len(words), 3))
    return np.array(
        [_misspelled(w, *d) for w, d in zip(words, draws.tolist(), strict=True)], dtype=object
    )


def _misspelled(word: str, kind: float, place: float, choice: float) -> str:
    if len(word) < 2:
        return word
    at = int(place * (len(word) - 1))
    before, here, after, rest = word[:at], word[at], word[at + 1], word[at + 2 :]
    near = _BESIDE.get(here.lower(), ["e", "a"])
    table = _SCANNED if kind < _MISREAD else _HEARD
    fits = [pair for pair in table if pair[0] in word[1:]]
    if kind < _ONE_KEY_WRONG:
        return before + near[int(choice * len(near))] + after + rest
    if kind < _LEFT_OUT or (kind >= _SWAPPED and not fits):
        return before + here + rest
    if kind < _TWICE:
        return before + here + here + after + rest
    if kind < _SWAPPED:
        return before + after + here + rest
    old, new = fits[int(choice * len(fits))]
    return word[0] + word[1:].replace(old, new, 1)


def day_month_swapped(days: np.ndarray) -> np.ndarray:
    """Those dates with day and month exchanged; a day above 12 stays as it is."""
    return _dated(days, lambda y, m, d: (y, d, m) if d <= 12 else (y, m, d))


def first_of_january(days: np.ndarray) -> np.ndarray:
    """What is written when only the year is known."""
    return days.astype("M8[D]").astype("M8[Y]").astype("M8[D]").astype(int)


def misdated(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """One part of each date wrong."""
    kinds = iter(rng.random(len(days)).tolist())
    steps = iter(rng.choice([-10, -3, -2, -1, 1, 2, 3, 10], len(days)).tolist())

    def wrong(year: int, month: int, day: int) -> tuple[int, int, int]:
        kind, step = next(kinds), next(steps)
        if kind < 0.5:
            return year, month, (day - 1 + step) % 28 + 1
        if kind < 0.75:
            return year, (month - 1 + step) % 12 + 1, min(day, 28)
        return year + (1 if step > 0 else -1), month, min(day, 28)

    return _dated(days, wrong)


def mistyped(rng: np.random.Generator, numbers: np.ndarray) -> np.ndarray:
    """Each number with one digit wrong or two exchanged."""
    wrong = []
    for text, where, digit in zip(
        numbers, rng.random(len(numbers)), rng.integers(1, 10, len(numbers)), strict=True
    ):
        at = int(where * (len(text) - 1))
        if digit > 6 and text[at] != text[at + 1]:
            wrong.append(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
        else:
            wrong.append(text[:at] + str((int(text[at]) + digit) % 10) + text[at + 1 :])
    return np.array(wrong, dtype=object)


def _dated(days: np.ndarray, change: Callable[[int, int, int], tuple[int, int, int]]) -> np.ndarray:
    dates = days.astype("M8[D]").tolist()
    changed = ["{:04}-{:02}-{:02}".format(*change(d.year, d.month, d.day)) for d in dates]
    return np.array(changed, dtype="M8[D]").astype(int)
