"""Why, asked of one thing: a run, a handoff, a call, a message, what came in. Each is answered with one `Answer`."""
