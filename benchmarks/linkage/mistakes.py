"""Make mistakes of typing, scanning and hearing in words, dates and IDs."""

from collections.abc import Callable

import numpy as np

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOR_KEYS = {
    key: [row[i + d] for d in (-1, 1) if 0 <= i + d < len(row)]
    for row in _KEYS
    for i, key in enumerate(row)
}
_MISREAD_PAIRS = (
    ("m", "rn"), ("rn", "m"), ("l", "i"), ("i", "l"), ("o", "0"), ("cl", "d"), ("e", "c"),
    ("u", "v"), ("nn", "m"), ("h", "b"), ("s", "5"), ("g", "q"),
)  # fmt: skip
_MISHEARD_PAIRS = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("ie", "y"), ("y", "ie"), ("ee", "ea"), ("c", "k"),
    ("k", "c"), ("z", "s"), ("s", "z"), ("ll", "l"), ("l", "ll"), ("th", "t"), ("ei", "ie"),
    ("sh", "ch"), ("v", "b"), ("j", "g"), ("e", "a"), ("o", "u"), ("nn", "n"), ("tt", "t"),
)  # fmt: skip
_ONE_KEY_WRONG, _LEFT_OUT, _TWICE, _SWAPPED, _MISREAD = 0.28, 0.48, 0.62, 0.80, 0.88
"""Upper ends of the shares of each kind of mistake; the rest is misheard."""


def misspell_words(rng: np.random.Generator, words: np.ndarray) -> np.ndarray:
    """Make one mistake in each word; leave a word of a single letter."""
    draws = rng.random((len(words), 3))
    return np.array(
        [_misspell_word(word, *draw) for word, draw in zip(words, draws.tolist(), strict=True)],
        dtype=object,
    )


def _misspell_word(word: str, kind: float, place: float, choice: float) -> str:
    if len(word) < 2:
        return word
    index = int(place * (len(word) - 1))
    before, letter, after, rest = word[:index], word[index], word[index + 1], word[index + 2 :]
    neighbors = _NEIGHBOR_KEYS.get(letter.lower(), ["e", "a"])
    table = _MISREAD_PAIRS if kind < _MISREAD else _MISHEARD_PAIRS
    matching = [pair for pair in table if pair[0] in word[1:]]
    if kind < _ONE_KEY_WRONG:
        return before + neighbors[int(choice * len(neighbors))] + after + rest
    if kind < _LEFT_OUT or (kind >= _SWAPPED and not matching):
        return before + letter + rest
    if kind < _TWICE:
        return before + letter + letter + after + rest
    if kind < _SWAPPED:
        return before + after + letter + rest
    old, new = matching[int(choice * len(matching))]
    return word[0] + word[1:].replace(old, new, 1)


def swap_day_and_month(days: np.ndarray) -> np.ndarray:
    """Exchange day and month of each date; leave a date with a day above 12."""
    return _change_dates(days, lambda y, m, d: (y, d, m) if d <= 12 else (y, m, d))


def move_to_january_first(days: np.ndarray) -> np.ndarray:
    """Move each date to 1 January, as is written when only the year is known."""
    return days.astype("M8[D]").astype("M8[Y]").astype("M8[D]").astype(int)


def alter_dates(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """Change one part of each date."""
    kinds = iter(rng.random(len(days)).tolist())
    steps = iter(rng.choice([-10, -3, -2, -1, 1, 2, 3, 10], len(days)).tolist())

    def change(year: int, month: int, day: int) -> tuple[int, int, int]:
        kind, step = next(kinds), next(steps)
        if kind < 0.5:
            return year, month, (day - 1 + step) % 28 + 1
        if kind < 0.75:
            return year, (month - 1 + step) % 12 + 1, min(day, 28)
        return year + (1 if step > 0 else -1), month, min(day, 28)

    return _change_dates(days, change)


def mistype_digits(rng: np.random.Generator, numbers: np.ndarray) -> np.ndarray:
    """Change one digit of each number, or exchange two."""
    wrong = []
    for text, position, digit in zip(
        numbers, rng.random(len(numbers)), rng.integers(1, 10, len(numbers)), strict=True
    ):
        index = int(position * (len(text) - 1))
        if digit > 6 and text[index] != text[index + 1]:
            wrong.append(text[:index] + text[index + 1] + text[index] + text[index + 2 :])
        else:
            wrong.append(text[:index] + str((int(text[index]) + digit) % 10) + text[index + 1 :])
    return np.array(wrong, dtype=object)


def _change_dates(
    days: np.ndarray, change: Callable[[int, int, int], tuple[int, int, int]]
) -> np.ndarray:
    dates = days.astype("M8[D]").tolist()
    changed = ["{:04}-{:02}-{:02}".format(*change(day.year, day.month, day.day)) for day in dates]
    return np.array(changed, dtype="M8[D]").astype(int)
