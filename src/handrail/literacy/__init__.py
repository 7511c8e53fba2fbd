"""What makes a team literate in its own automation: explain, map, rehearse and document."""
