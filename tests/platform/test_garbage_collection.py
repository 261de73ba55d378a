"""What is loaded is not looked through for garbage, and the rest seldom."""

import gc

from cairn.platform.garbage_collection import collect_garbage_seldom


def test_what_is_loaded_is_left_alone_and_garbage_is_still_found() -> None:
    earlier = gc.get_threshold()
    gc.unfreeze()
    try:
        collect_garbage_seldom()
        assert gc.get_freeze_count() > 1_000
        assert gc.isenabled()
        assert 700 < gc.get_threshold()[0] < 1_000_000
    finally:
        gc.set_threshold(*earlier)
