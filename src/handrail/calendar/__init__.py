"""Durations, working time, zones and schedules; the moment is always handed in.

From below: `zones` turns local time into instants, `holidays` builds calendars, `working` counts working days
and hours, `dates` shifts dates, `durations` reads the small grammars; `limits`, `reminders` and `schedules`
say when something is due. Nothing here reads a clock or knows a person.
"""
