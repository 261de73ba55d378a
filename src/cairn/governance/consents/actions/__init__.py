"""Write consents and opt-outs: each action asks the policy, changes rows, and audits."""
