"""The solver, without a word on the terminal."""

import highspy


class QuietSolver(highspy.Highs):
    """HiGHS on one thread, for many small programs in a row.

    The library's own constructor prints a banner before its output can be turned off, and wires
    callbacks that nothing here uses; so it is passed over.
    """

    def __init__(self, **options: float | str) -> None:
        super(highspy.Highs, self).__init__()
        silent: dict[str, float | str] = {"output_flag": False, "threads": 1}
        for name, value in (silent | options).items():
            self.setOptionValue(name, value)
