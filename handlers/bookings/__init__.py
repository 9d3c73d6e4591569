"""Booking in chat: service days and courses, one's own bookings, providers at work, learning wishes."""
