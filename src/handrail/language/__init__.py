"""A journey's text becomes a plan or a list of problems with places; nothing runs here."""
