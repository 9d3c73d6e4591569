"""The tests: everything goes through the outermost doors."""
