"""From a plan to a graph: which boxes and lines there are, and what stands on them. Where they stand is `placing`’s matter."""
