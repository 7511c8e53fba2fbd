"""What is written of a group: the account of each event, its identities, what was learned, and decisions as rows."""
