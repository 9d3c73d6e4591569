"""/points: what one has, where it came from, how to earn; elders' paper cards."""
