"""What the network read, or relations and sentences → claims: spans, basis, chain, polarity, hedges."""
