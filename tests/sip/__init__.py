"""A telephone in Python for tests: SIP and RTP on asyncio, and an ear that tells which prompts a caller heard."""
