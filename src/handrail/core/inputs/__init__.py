"""What can happen to a run, a kind a module: told events, outcomes, moments, changes of its person; and what a form takes."""
