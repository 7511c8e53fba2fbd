"""One folder for each connector, and the dispatcher; a connector never decides."""
