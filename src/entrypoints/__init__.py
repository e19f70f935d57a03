"""Ways in: they translate and delegate, nothing else."""
