"""Constructors: input assumptions and constraints in, weights out."""
