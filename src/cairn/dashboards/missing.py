"""The pictures that tell everyone why a number is missing: small tables of invented schools."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

LEFT = 92
"""Where bars begin, in the drawing's units; names stand left of it."""
LINE = 34
"""Height of one line of the drawing."""
A_CHILD = 3.5
"""Width of a bar for each child."""
FEW = 10
"""The minimum of the example, as in most states."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a drawing: a name and a bar, or a box with a question mark where it is hidden."""

    name: str
    count: int
    hidden: bool
    top: int
    small: bool

    @property
    def width(self) -> float:
        """A hidden bar is as long as the drawing allows: its length must not tell its number."""
        return 14 * A_CHILD if self.hidden else self.count * A_CHILD

    @property
    def text_at(self) -> float:
        """Where its number stands."""
        return LEFT + self.width + 8

    @property
    def middle(self) -> int:
        """The line on which its words stand."""
        return self.top + 19


@dataclass(frozen=True, slots=True)
class Step:
    """One drawing with its title and what it teaches."""

    title: str
    said: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """Of the drawing."""
        return LINE * len(self.bars) + 6

    @property
    def alternative(self) -> str:
        """What someone who cannot see the drawing hears."""
        said = (f"{bar.name}: {_('hidden') if bar.hidden else bar.count}" for bar in self.bars)
        return "; ".join(said) + "."


def steps() -> Iterator[Step]:
    """From a small group to why two numbers, and not one, are missing; then what time adds."""
    every = _("All schools")
    yield Step(
        _("A small group points at someone"),
        _(
            "Three children at Cedar School missed much of the year. Classmates and neighbors "
            "could tell who they are. So a group of so few is hidden."
        ),
        _bars(("Birch", 25), ("Cedar", 3), ("Maple", 22), (every, 50)),
    )
    yield Step(
        _("Hiding one number is not enough"),
        _("Whoever can subtract has it back: 50 - 25 = 25, and 25 - 22 = 3."),
        _bars(("Birch", 25), ("Cedar", None), ("Maple", 22), (every, 50)),
    )
    yield Step(
        _("So one more number is hidden"),
        _(
            "Now Cedar and Maple are known only together: 25. Cedar could be any number up to "
            "that. Maple is not small; it is hidden to protect Cedar. Both look the same, because "
            "a mark that told them apart would give the small one away."
        ),
        _bars(("Birch", 25), ("Cedar", None), ("Maple", None), (every, 50)),
    )
    yield Step(
        _("What was published before counts, too"),
        _(
            "In May, 25 children at Birch; in June, 27. Each number alone is safe. Together they "
            "say that two children joined. So the newer one waits, or less of it is shown."
        ),
        _bars((_("In May"), 25), (_("In June"), None)),
    )


def _bars(*lines: tuple[str, int | None]) -> tuple[Bar, ...]:
    return tuple(
        Bar(name, count or 0, count is None, 4 + LINE * at, small=count is not None and count < FEW)
        for at, (name, count) in enumerate(lines)
    )
