"""Service days, sessions, bookings and waiting lists; courses and the wishes that they answer."""
