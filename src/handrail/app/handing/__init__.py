"""What people do by hand, for the API, pages and commands alike: handoffs given away, snoozed, answered in bulk; runs begun and ended; absences."""
