"""`python -m handrail.cli`: the same as `handrail`."""

from handrail.cli import main

main()
