"""Archives of articles: read as a stream, rated by several processes, written as Parquet, and summed up by outlet."""
