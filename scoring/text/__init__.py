"""What the words of a document are: words, sentences, quotations, spans, names, cues and hedges."""
