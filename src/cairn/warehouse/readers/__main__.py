"""Be the child process of ``read_file_in_child_process``; not for use by hand."""

from cairn.warehouse.readers.child_process import run_child

run_child()
