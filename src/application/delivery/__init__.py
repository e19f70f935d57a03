"""Getting stored commands to the workers, and sweeping up after time has passed."""
