"""Elders: staff add contacts and devices in chat, relatives see what the elder lets them see."""
