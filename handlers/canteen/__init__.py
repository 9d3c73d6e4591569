"""/canteen: the dishes of the day, and the people who cook them."""
