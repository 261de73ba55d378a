"""Records that apps in higher layers make from checked files."""
