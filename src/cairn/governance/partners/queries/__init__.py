"""Read partners and people, their clearance, tasks and deadlines."""
