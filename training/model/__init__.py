"""Training: one trainer for every network; the attribution model's losses, fine-tuning, export to ONNX, and cards."""
