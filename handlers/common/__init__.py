"""What all conversations share: the words in the person's language, pressed buttons, replies."""
