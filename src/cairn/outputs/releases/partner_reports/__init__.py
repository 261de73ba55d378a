"""Report to partners what became of their deliveries."""
