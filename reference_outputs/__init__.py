"""Figures from R and from papers, read by :mod:`sitpy.reference`."""
