"""Commands that read, check and record agreements and data dictionaries, and decide a use."""
