"""From a graph to a drawing: columns, rows, ports and tracks, so that nothing meets what it does not belong to."""
