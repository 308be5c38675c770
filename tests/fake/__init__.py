"""An Asterisk that is not there: ARI and AMI as a controller sees them, with callers and faults that tests drive."""
