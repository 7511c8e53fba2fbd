"""Requests on their way: what a driver sends off, and which lists are worth a look before."""
