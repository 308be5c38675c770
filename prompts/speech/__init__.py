"""Engines that speak: kokoro (the house's voice) and pyttsx3 (always there), each in a process of its own."""
