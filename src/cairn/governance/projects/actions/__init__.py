"""Write projects, bodies and policies: each action asks `cairn.policy` and audits."""
