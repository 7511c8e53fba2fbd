"""What makes a team literate in its own automation: what a journey says in plain English, and how it looks as a map.

Each way of reading has a room inside. They read plans and change nothing.
"""
