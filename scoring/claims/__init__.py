"""Attribution relations and sentences → claims: spans, basis, chain, polarity, hedges."""
