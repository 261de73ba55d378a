"""Wrap the HiGHS solver so that it prints nothing and runs on one thread."""

import highspy

__all__ = ["QuietSolver"]


class QuietSolver(highspy.Highs):
    """Solve many small linear and integer programs in a row with HiGHS on one thread.

    The library's own constructor prints a banner before its output can be turned off, and wires
    callbacks that nothing here uses; so it is passed over.

    Args:
        options: HiGHS options by name, such as ``mip_rel_gap`` (a share) or ``mip_max_nodes``.
    """

    def __init__(self, **options: float | str) -> None:
        super(highspy.Highs, self).__init__()
        silent: dict[str, float | str] = {"output_flag": False, "threads": 1}
        for name, value in (silent | options).items():
            self.setOptionValue(name, value)
