"""What the words of a document are: sentences, quotations, spans, names, and the word lists."""
