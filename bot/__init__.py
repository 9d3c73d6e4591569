"""The composition root: the only place that knows everything and wires it, by hand."""
