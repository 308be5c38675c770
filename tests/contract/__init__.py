"""One contract, three stages: what `calls.call.Call` promises holds for the scripted call, for a call on the fake
exchange and for a call on a real Asterisk with a real SIP caller."""
