"""Seats and queues: who is offered which caller, and how many seats a house needs."""
