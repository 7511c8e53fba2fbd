"""One group of events on its way to one commit: fetched by sets, decided in order, written as rows."""
