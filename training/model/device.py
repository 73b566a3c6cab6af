"""Where a run computes, in what precision, and whether it fits: the one place that decides on any of it."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch
from torch import nn
from transformers import set_seed

from scoring.attribution.inference import processors
from scoring.errors import UsageError

KINDS = ("cpu", "cuda", "mps")
GB = 1e9
CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says how much memory a container may take."""
ADAM, GRADIENT, WEIGHT = 8, 4, 4
"""Bytes for each number: Adam's two moments, its gradient, itself; all in float."""
PROGRAM = 0.8 * GB
"""What Python, torch and the articles take beside the model; measured on the shipped one."""
PER_UNIT, PER_SCORE = 34, 5
"""Bytes of activations in half precision of a layer, for each piece and unit, and for each piece, piece and head
(Korthikanti et al. 2022, "Reducing Activation Recomputation in Large Transformer Models", eq. 1)."""
HALVES = 4.5
"""What a step takes of these: float beside bfloat16, gradients on the way, and what the allocator keeps. Measured by
peaks of 1.8, 3.3 and 4.4 GB, for which the estimate says 1.8, 4.2 and 4.6."""


@dataclass(frozen=True, slots=True)
class Device:
    """``kind`` is one of ``KINDS``; ``bf16`` says whether products are in bfloat16 (autocast), else all is float."""

    kind: str
    bf16: bool
    why: str


def choose(wanted: str, threads: int, *, bf16: bool) -> Device:
    """The device for ``"auto"`` or one of ``KINDS``; 0 ``threads`` stand for all processors.

    CUDA comes before MPS, MPS before the CPU. ``bf16`` is granted where the processor multiplies in it (AVX-512 BF16,
    AMX, NVIDIA from Ampere on); emulated it would be slower than float, and on MPS some operators lack it.

    Raises
    ------
    UsageError
        There is no such device, or there are fewer processors than threads.
    """
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted not in ("auto", *KINDS):
        raise UsageError(f"device is {wanted!r}; give auto, {', '.join(KINDS)}")
    kind = next(k for k in ("cuda", "mps", "cpu") if there[k]) if wanted == "auto" else wanted
    if not there[kind]:
        raise UsageError(f"device is {kind!r}, and torch finds none here; give auto or cpu")
    if not 0 <= threads <= processors():
        raise UsageError(f"threads is {threads}, and there are {processors()} processors; give 0 for all of them")
    if kind == "cuda":
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        fast = kind == "cpu" and any(torch.cpu.get_capabilities().get(f) for f in ("avx512_bf16", "amx_bf16", "bf16"))
    granted = bool(bf16 and fast)
    return Device(kind, granted, f"{kind}, {'bfloat16' if granted else 'float'}")


def memory_needed(model: nn.Module, *, layers: int, pieces: int, window: int, copies: int = 0) -> float:
    """Bytes that a training step takes at its peak, by estimate; above, not below.

    Parameters
    ----------
    model
        With ``requires_grad`` set where it is trained.
    layers
        Layers that activations are kept of, for the way back.
    pieces, window
        Word pieces of a batch, and the longest window in it.
    copies
        Bytes of what is computed beforehand and kept.
    """
    numbers = sum(p.numel() for p in model.parameters())
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    config = model.encoder.config
    layer = pieces * (PER_UNIT * config.hidden_size + PER_SCORE * config.num_attention_heads * window)
    return PROGRAM + WEIGHT * numbers + (GRADIENT + ADAM) * trained + HALVES * layers * layer + copies


def memory_free(device: Device) -> float:
    """Bytes that are free where the run computes; a container's limit counts."""
    if device.kind == "cuda":
        return float(torch.cuda.mem_get_info()[0])
    free = float(psutil.virtual_memory().available)
    try:
        most, used = ((CGROUP / f"memory.{name}").read_text().strip() for name in ("max", "current"))
        return free if most == "max" else min(free, float(most) - float(used))
    except (OSError, ValueError):
        return free


def fits(needed: float, device: Device) -> str:
    """What to say of the memory.

    Raises
    ------
    UsageError
        It is too little.
    """
    free = memory_free(device)
    said = f"some {needed / GB:.1f} GB of memory, {free / GB:.1f} GB are free"
    if needed > free:
        raise UsageError(
            f"training needs {said}; lower batch_pieces or raise frozen in the config, or close other programs"
        )
    return said


def begin(threads: int, seed: int) -> None:
    """Set up the process for a run, so that it draws the same numbers each time.

    torch computes on so many processors; 0 stands for all, or for OMP_NUM_THREADS where that is set.
    """
    _keep_memory()
    torch.set_num_threads(threads or int(os.environ.get("OMP_NUM_THREADS") or processors()))
    set_seed(seed)


M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
"""Parameters of mallopt(3)."""
MOST = 2**31 - 1


def _keep_memory() -> None:
    """Tell the C library to give no memory back to the system, and to take it in large portions; Linux only."""
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # another C library than glibc
        return
    for parameter, value in ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, MOST), (M_TOP_PAD, 2**28)):
        mallopt(parameter, value)
