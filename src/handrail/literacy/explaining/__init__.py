"""A journey as plain English: every trigger, owner, limit, move and failure, from the plan and nothing else."""
