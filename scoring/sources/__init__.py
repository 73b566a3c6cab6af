"""Who a source is: its type, its name, and whom a pronoun or a short name stands for."""
