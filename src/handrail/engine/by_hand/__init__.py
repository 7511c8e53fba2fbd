"""What people have the engine do: begin a journey that they ask for, let go of what waits for a release."""
