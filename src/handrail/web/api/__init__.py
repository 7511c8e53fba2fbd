"""The HTTP API, one module for each thing that is asked or told. Pages for people stand in `handrail.web.pages`."""
