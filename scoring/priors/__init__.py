"""What is known of outlets and sources beforehand: tables, pooled ratings, and the ledger of outcomes."""
