"""Answers of people on their way in, from the API, a page or a link in a mail: who may give one, what is right, the commit."""
