"""What integration tests stand on: databases, worlds, samples."""
