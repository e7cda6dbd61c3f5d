"""Back-tests: weights or shares held through time, their equity line, its statistics and trades."""
