"""The town: a second private Asterisk that plays the public telephone network around the call centre."""
