"""Make the tables of priors from public ratings, and the usual rates of hedges from news."""
