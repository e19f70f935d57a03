"""What every emulator shares: options, the journal of requests and the plan of faults."""
