"""Ways to run the network, behind one interface: `step(ids, state) -> logits, state`.

`runners.torch` is left out here because importing torch takes seconds that serving need not spend.
"""

from chatbot.runners.base import Floats, Ids, Runner
from chatbot.runners.batching import BatchingRunner
from chatbot.runners.onnx import OnnxRunner

__all__ = ["BatchingRunner", "Floats", "Ids", "OnnxRunner", "Runner"]
