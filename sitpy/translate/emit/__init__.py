"""Python from the parts of an R program: `kinds` says what is known of values, `code` what a piece of Python is."""
