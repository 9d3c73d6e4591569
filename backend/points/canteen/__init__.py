"""The canteen: the dishes of the day, meals kept and brought."""
