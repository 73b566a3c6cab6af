"""A report on the screen: the table of claims, and the explanation of one."""
