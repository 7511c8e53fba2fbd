"""What an organization's settings say of its connections, for those who look at them."""
