"""Changing a journey while people are in it: who asks for a preview, has it applied, and takes it back."""
