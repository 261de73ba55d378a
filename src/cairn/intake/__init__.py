"""What arrived: deliveries, and how each partner's columns are read. See README.md."""
