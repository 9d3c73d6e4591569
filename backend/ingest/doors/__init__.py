"""The doors by which packets come in: TCP for watches, HTTP for platforms and cameras, MQTT for brokers."""
