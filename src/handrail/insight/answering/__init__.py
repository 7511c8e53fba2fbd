"""What somebody who has a handoff is asked, what happens when they do nothing, and whether a link in a mail still answers it."""
