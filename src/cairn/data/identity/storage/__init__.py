"""Read and write the identities database: SQL, sealed fields, statements and erasure."""
