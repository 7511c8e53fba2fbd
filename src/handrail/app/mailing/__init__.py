"""Messages of a receiver's box on their way out: what is written in them, and the mail server that takes them."""
