"""What platforms and cameras push over HTTP or MQTT: one module for each sender, bodies in, what they say out."""
