"""Corpora to checkpoints: read, clean, encode, train, evaluate. Knows chatbot and tokenizer."""

__all__: list[str] = []
