"""What somebody sees of themselves: a manager their people, a learner their own learning. Little, and in plain words."""
