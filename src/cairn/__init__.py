"""Share data about children lawfully, safely and usefully, from cradle to career."""

import os
import sys

if sys.platform == "linux":
    # Arrow's other allocator gives memory back at once, and the kernel clears it again for the next
    # block: a tenth of the time of a large import. It is chosen when Arrow is loaded.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
