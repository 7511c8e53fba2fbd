"""The pages about oneself: what is next for a learner, and what a manager and their people owe."""
