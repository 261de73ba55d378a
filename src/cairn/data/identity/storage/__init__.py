"""Read and write the identities database: SQL, sealed statements and person IDs."""
