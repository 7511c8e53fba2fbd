"""What is left to do when every item of a group is decided: ends, releases, cohorts and message boxes."""
