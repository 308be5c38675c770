"""The language of the house: what a flow may ask of a call, and the facts every call leaves behind."""
