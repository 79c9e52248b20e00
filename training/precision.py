"""Choose between bf16 and fp32 arithmetic for this processor."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache

import torch

from chatbot.model import RecurrentModel
from chatbot.model_config import ModelConfig

__all__ = ["autocast", "works_in_bf16"]


def autocast(
    device: torch.device, precision: str, config: ModelConfig
) -> AbstractContextManager[object]:
    """Give the context to run the forward pass in."""
    wanted = precision == "bf16" or (precision == "auto" and _is_fast(device.type))
    if wanted and works_in_bf16(device.type, config.cell):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


@cache
def works_in_bf16(device: str, cell: str) -> bool:
    """Try one step: oneDNN has no bf16 LSTM for processors without AVX-512, and then raises."""
    config = ModelConfig(cell=cell, vocab_size=8, embedding_size=16, hidden_size=16)  # type: ignore[arg-type]
    random = torch.get_rng_state()
    try:
        with torch.autocast(device, dtype=torch.bfloat16):
            model = RecurrentModel(config).to(device)
            model(torch.zeros(2, 2, dtype=torch.long, device=device))[0].sum().backward()
    except RuntimeError:
        return False
    finally:
        torch.set_rng_state(random)
    return True


@cache
def _is_fast(device: str) -> bool:
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
