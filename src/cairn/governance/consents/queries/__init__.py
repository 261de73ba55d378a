"""Read consents and opt-outs, narrowed to what the user may see before rows are fetched."""
