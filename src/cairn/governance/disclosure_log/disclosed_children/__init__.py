"""The children of each line of the log: as hashes of this log, in rows or in sealed blocks."""
