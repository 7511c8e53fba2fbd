"""What is said of a journey as a whole: what begins it, who stays in it, how it ends, what holds throughout."""
