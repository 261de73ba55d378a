"""Read linkage runs and files, what reviewers look at, and the accuracy of the index."""
