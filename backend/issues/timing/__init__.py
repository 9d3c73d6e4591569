"""Time: limits and their clocks, work calendars, who hears when something is late, and what people are reminded of."""
