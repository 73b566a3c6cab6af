"""Fitting the weights of the evidence and the sourcing score to what became of claims and articles."""
