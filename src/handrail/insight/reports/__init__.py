"""Numbers over many runs, each of which is the length of a list: compliance, stalls, attainment, the funnel of a journey.

What each number means stands in docs/reference/reports.md and, in words that pages show, in `defined`.
"""
