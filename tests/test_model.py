"""The network and its runners: every cell, in torch and exported."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from chatbot import CheckpointError, OptionError
from chatbot.export import export, verify
from chatbot.model import RecurrentModel
from chatbot.model_config import CELLS, Cell, ModelConfig
from chatbot.runners import BatchingRunner, OnnxRunner
from chatbot.runners.torch import TorchRunner
from chatbot.sampling import softmax

every_cell = pytest.mark.parametrize("cell", CELLS)
every_depth = pytest.mark.parametrize("layers", [1, 2])
every_head = pytest.mark.parametrize("head", [0, 12])
ENDS = np.arange(50) % 5 < 3


def make(
    cell: Cell = "lstm", layers: int = 1, hidden: int = 24, *, head: int = 12
) -> RecurrentModel:
    torch.manual_seed(0)
    config = ModelConfig(
        cell=cell,
        vocab_size=50,
        embedding_size=16,
        hidden_size=hidden,
        layers=layers,
        end_size=head,
    )
    model = RecurrentModel(config).eval()
    model.mark_ends(ENDS)
    return model


@every_cell
@every_depth
def test_state_carried_over_a_cut_gives_the_same_logits(cell: Cell, layers: int) -> None:
    model, ids = make(cell, layers), torch.randint(0, 50, (3, 10))
    whole, after = model(ids)
    first, state = model(ids[:, :4])
    second, end = model(ids[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)
    torch.testing.assert_close(end, after)
    assert whole.shape == (3, 10, 50)
    assert [tuple(part.shape) for part in after] == [(layers, 3, 24)] * len(after)


@every_cell
@every_depth
@every_head
def test_the_exported_step_agrees_with_torch(cell: Cell, layers: int, head: int) -> None:
    model = make(cell, layers, head=head)
    ids = np.random.default_rng(0).integers(0, 50, 100).tolist()
    check = verify(model, export(model), ids)
    assert check.ids == 99
    assert check.greatest_difference < 0.2


def test_an_export_that_is_off_is_refused() -> None:
    model, other = make(), make()
    with torch.no_grad():
        other.embedding.weight.mul_(-3)
    with pytest.raises(CheckpointError, match="the exported step function is off"):
        verify(model, export(other), list(range(50)))


def test_hidden_size_may_equal_embedding_size() -> None:
    model = make(hidden=16)
    assert isinstance(model.projection, torch.nn.Identity)
    verify(model, export(model), list(range(50)))


@every_cell
def test_batched_equals_single_to_the_bit(cell: Cell) -> None:
    runner = OnnxRunner(export(make(cell)))
    random = np.random.default_rng(0)
    state = random.normal(size=(9, runner.start(1).shape[1])).astype(np.float32)
    ids = random.integers(0, 50, 9)
    logits, after = runner.step(ids, state)
    for lane in range(9):
        alone, alone_after = runner.step(ids[lane : lane + 1], state[lane : lane + 1])
        np.testing.assert_array_equal(alone[0], logits[lane])
        np.testing.assert_array_equal(alone_after[0], after[lane])
    np.testing.assert_array_equal(runner.advance(ids, state), after)
    together = runner.look(ids, state)
    for lane in range(9):
        alone_look = runner.look(ids[lane : lane + 1], state[lane : lane + 1])
        for one, many in zip(alone_look, together, strict=True):
            np.testing.assert_array_equal(one[0], many[lane])


@every_cell
def test_a_look_is_a_part_of_a_step(cell: Cell) -> None:
    model = make(cell)
    random = np.random.default_rng(1)
    for runner in (TorchRunner(model), OnnxRunner(export(model))):
        state = random.normal(size=(4, runner.start(1).shape[1])).astype(np.float32)
        ids = random.integers(0, 50, 4)
        logits, after = runner.step(ids, state)
        ends, inside, looked = runner.look(ids, state)
        chances = softmax(logits)
        np.testing.assert_allclose(ends, chances[:, ENDS].sum(1), atol=1e-5)
        np.testing.assert_allclose(inside, chances[:, ~ENDS], atol=1e-6)
        np.testing.assert_allclose(looked, after, atol=1e-6)


def test_two_stages_say_the_same_of_the_ids_within_each_as_one() -> None:
    two, one = make(), make(head=0)
    one.load_state_dict({n: w for n, w in two.state_dict().items() if "end" not in n})
    ids = torch.randint(0, 50, (2, 7))
    for within in (ENDS, ~ENDS):
        parts = [model(ids)[0].softmax(-1)[..., within] for model in (one, two)]
        given = [part / part.sum(-1, keepdim=True) for part in parts]
        torch.testing.assert_close(*given)


def test_a_network_without_a_head_can_only_step() -> None:
    model = make(head=0)
    for runner in (TorchRunner(model), OnnxRunner(export(model))):
        assert not runner.looks
        assert not BatchingRunner(runner).looks
        with pytest.raises(NotImplementedError, match="no head for the ends of words"):
            runner.look(np.array([1]), runner.start(1))


@every_cell
def test_the_torch_runner_steps_as_the_model_does(cell: Cell) -> None:
    model = make(cell, layers=2)
    runner, ids = TorchRunner(model), torch.randint(0, 50, (3, 5))
    whole, _ = model(ids)
    state = runner.start(3)
    for t in range(5):
        logits, state = runner.step(ids[:, t].numpy(), state)
        np.testing.assert_allclose(logits, whole[:, t].detach().numpy(), atol=1e-5)


def test_threads_share_steps_and_get_their_own_rows() -> None:
    from concurrent.futures import ThreadPoolExecutor

    runner = OnnxRunner(export(make()))
    shared = BatchingRunner(runner, most_lanes=5)

    def walk(first: int) -> list[float]:
        state, found = shared.start(2), []
        for step in range(20):
            ids = np.array([first, (first + step) % 50])
            logits, state = shared.step(ids, state)
            state = shared.advance(ids, state) if step % 3 == 0 else state
            ends, inside, _ = shared.look(ids, state)
            found += [float(logits.sum()), float(ends.sum()), float(inside.sum())]
        return found

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(walk, range(8)))
    assert together == [walk(first) for first in range(8)]


def test_an_error_reaches_the_caller_and_the_runner_goes_on() -> None:
    shared = BatchingRunner(OnnxRunner(export(make())))
    with pytest.raises(Exception, match="(?i)out of|indices"):
        shared.step(np.array([99]), shared.start(1))
    assert shared.step(np.array([1]), shared.start(1))[0].shape == (1, 50)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cell": "lstn"}, "cell must be one of rnn_tanh, rnn_relu, gru, lstm; got 'lstn'"),
        ({"end_size": -1}, "end_size must be at least 0; got -1"),
        ({"hidden_size": 0}, "hidden_size must be at least 1; got 0"),
        ({"dropout": 1.0}, "dropout must be from 0 to below 1; got 1.0"),
    ],
)
def test_a_wrong_shape_is_named(values: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        ModelConfig(vocab_size=10, **values)  # type: ignore[arg-type]


def test_a_graph_that_is_none_is_refused() -> None:
    with pytest.raises(CheckpointError, match="can't load the step function"):
        OnnxRunner(b"not a graph")
