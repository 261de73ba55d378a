"""What the public sees: pages drawn from released figures and from nothing else."""
