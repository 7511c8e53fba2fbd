"""How owners, values, conditions, events, calls and texts of a plan are said in plain English."""
