"""The network: losses, training, fine-tuning, export to ONNX, cards."""
