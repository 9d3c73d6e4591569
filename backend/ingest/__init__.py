"""What devices send, turned into observations by pure decoders: bytes in, observations or a counted refusal out."""
