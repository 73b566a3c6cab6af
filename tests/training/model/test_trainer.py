"""The one trainer, on a model of two numbers; needs the extra ``train``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from training.model.trainer import Task, Trained

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")


def task(seen: list[float], held: Sequence[float] = (), stop_at: float | None = None) -> Task[float]:
    """A line that learns to fall on batches 1, 2, 3 …, and is looked at for how far it rises."""
    from training.model.trainer import Task

    def loss(model: Any, batch: dict[str, Any]) -> Any:
        if not model.training:
            return -model(batch["x"]).float().mean()
        seen.append(float(batch["x"]))
        if seen[-1] == stop_at:
            raise RuntimeError("killed")
        return model(batch["x"]).float().mean()

    torch.manual_seed(1)
    model = torch.nn.Linear(1, 1)
    numbers = [float(n) for n in range(1, 21)]
    return Task(
        model, [{"params": list(model.parameters())}], numbers, lambda n: {"x": torch.tensor([[n]])}, loss, held
    )


def trained(given: Task[float], folder: Path, *, bf16: bool = False, **more: Any) -> Trained:
    from training.model.device import Device
    from training.model.trainer import TrainingSettings, train

    chosen = TrainingSettings(learning_rate=0.1, epochs=10, warmup=0.0, bf16=bf16)
    return train(given, chosen, Device("cpu", bf16, ""), folder, **more)


def test_batches_come_once_and_in_order(tmp_path: Path) -> None:
    seen: list[float] = []
    done = trained(task(seen), tmp_path)
    assert seen == list(range(1, 21))
    assert (done.steps, done.planned, done.best_step, done.stopped, done.gained) == (20, 20, None, False, True)


def test_it_stops_without_gain_and_keeps_the_best_weights(tmp_path: Path) -> None:
    given = task([], held=[1.0])
    done = trained(given, tmp_path, patience=3)
    assert (done.best_step, done.steps) == (2, 8), "a look every two steps, the first of which is the best"
    assert done.best_loss == pytest.approx(-given.model(torch.ones(1, 1)).item()) and not done.gained


def test_a_killed_run_counts_its_looks_on(tmp_path: Path) -> None:
    whole = task([], held=[1.0])
    expected = trained(whole, tmp_path / "whole", patience=3)
    with pytest.raises(RuntimeError, match="killed"):
        trained(task([], held=[1.0], stop_at=8), tmp_path / "run", patience=3)
    seen: list[float] = []
    resumed = task(seen, held=[1.0])
    assert trained(resumed, tmp_path / "run", patience=3, resume=True) == expected
    assert seen == [7, 8] and torch.equal(resumed.model.weight, whole.model.weight)  # type: ignore[arg-type]


def test_a_model_leaves_as_it_came(tmp_path: Path) -> None:
    given = task([])
    trained(given, tmp_path, bf16=True)
    assert given.model(torch.ones(1, 1)).dtype == torch.float32
    assert given.model.forward.__func__ is torch.nn.Linear.forward, "bfloat16 was put around it"


def test_the_rate_rises_and_falls_straight() -> None:
    from training.model.trainer import rate_share

    assert [rate_share(2, 6, 0.2, step) for step in range(7)] == pytest.approx([0, 0.5, 1, 0.8, 0.6, 0.4, 0.2])
    assert rate_share(0, 1, 0.0, 0) == 1 and rate_share(5, 5, 0.0, 5) == 0


@pytest.mark.parametrize(("wrong", "told"), [({"epochs": 0}, "epochs is 0"), ({"warmup": 1.5}, "warmup is 1.5")])
def test_wrong_settings_are_named(wrong: dict[str, Any], told: str) -> None:
    from training.model.trainer import TrainingSettings

    with pytest.raises(ValueError, match=told):
        TrainingSettings(**wrong)
