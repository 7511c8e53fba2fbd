"""What moves make happen in a run: handing on, going back, sending, undoing, ending."""
