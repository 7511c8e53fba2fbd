"""What people do by hand, over HTTP: handoffs given away, snoozed, answered in bulk; runs begun and ended; absences."""
