"""Find, report and destroy files of the store that no record names. See ../README.md."""
