"""Write the model card: what a model is, what it learned from, what it is bad at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from chatbot.checkpoint import stretches
from chatbot.model_config import ModelConfig

__all__ = ["LICENCES", "write_card"]

LICENCES: Mapping[str, str] = {
    "casino": "CaSiNo negotiation dialogues (Chawla et al. 2021), CC BY 4.0",
    "changelog_podcasts": "transcripts of Changelog podcasts (Changelog Media LLC), CC BY-SA 4.0",
    "chatterbot": "ChatterBot corpus (Gunther Cox and contributors), BSD-3-Clause",
    "chitchat": "Chit-Chat Challenge dataset (BYU PCC Lab), MIT",
    "goemotions_comments": "GoEmotions comments (Demszky et al. 2020, Google), CC BY 4.0",
    "masc_text": "Manually Annotated Sub-Corpus (ANC), free for research and development",
    "ms_personality_chat": "Microsoft BotBuilder personality chat, editorial, MIT",
    "persona": "Inkling's own dialogues about itself, written for it, Apache-2.0",
    "qmsum_meetings": "QMSum meeting transcripts (Zhong et al. 2021), MIT",
    "self_dialogue": "Self-dialogue Corpus (Fainberg et al. 2018), BSD-3-Clause",
    "sgd": "Schema-Guided Dialogue (Rastogi et al. 2020, Google), CC BY-SA 4.0",
    "star": "STAR task dialogues (Mosig et al. 2020, Rasa), MIT",
    "taskmaster3_part": "Taskmaster-3 (Google), CC BY 4.0",
    "taskmaster4": "Taskmaster-4 (Google), CC BY 4.0",
    "tatoeba_eng_sentences": "English sentences of Tatoeba (tatoeba.org contributors), CC BY 2.0",
    "topical_chat_validtest": "Topical-Chat (Gopalakrishnan et al. 2019, Amazon), CDLA-Sharing-1.0",
    "ubuntu_irc_disentangled": "Ubuntu IRC, disentangled (Kummerfeld et al. 2019), CC BY 4.0",
}
"""Attribution and licence of each corpus known here. A person's own corpus is named as it is."""

_LIMITS = """\
## What it is bad at

- It is small: it writes fluent small talk and has no knowledge to speak of. What it states is not
  to be relied on, and it may contradict itself within a few turns.
- English only. Other languages are spelled letter by letter.
- It learned from what people typed: it can be rude, biased or wrong, and it repeats the topics of
  its corpora (films, music, sport, software).
- It remembers a dialogue as one fixed-size state: names and numbers fade after some sentences.
- Not for advice of any kind, for decisions about people, or for text that nobody reads over.
"""


def write_card(name: str, config: ModelConfig, metrics: Mapping[str, Any]) -> str:
    """Give the card as Markdown. Every number comes from `metrics`."""
    corpus = metrics["corpus"]
    shape = (
        f"{config.cell}, {config.layers} layer(s), hidden size {config.hidden_size}, embedding "
        f"{config.embedding_size} (tied), {config.vocab_size:,} {corpus['tokenizer_kind']} pieces, "
        f"{metrics['parameters']:,} parameters"
    )
    if config.end_size:
        shape += f"; 2 x {config.end_size} rows say whether a word ends"
    rows = [
        f"| {s} | {LICENCES.get(s, 'your own corpus')} | {p:.2f} |"
        for s, p in _passes(metrics).items()
    ]
    return "\n".join(
        [
            f"# {name}",
            "",
            "A recurrent language model for completing and answering everyday English chat.",
            "Loaded by [Inkling](../../../README.md); every file is listed in manifest.json.",
            "",
            f"- Network: {shape}",
            *_stretches(metrics),
            f"- Exported to 8 bits: greatest difference of log-probability from torch "
            f"{metrics['export']['greatest_difference']:.3f} nats over "
            f"{metrics['export']['ids']:,} ids, mean {metrics['export']['mean_difference']:.5f}",
            "",
            "## What it learned from",
            "",
            "| corpus | what and licence | times read |",
            "|---|---|---|",
            *rows,
            "",
            *_scores(metrics),
            _LIMITS,
        ]
    )


def _stretches(metrics: Mapping[str, Any]) -> list[str]:
    """Say how it was trained, and what it began from, back to the first weights."""
    lines = []
    for each in stretches(metrics):
        training, base = each["training"], each.get("from")
        begun = f", from {base['name']}" if base else ""
        lines.append(
            f"- Trained: {training['tokens']:,} ids in {training['steps']:,} steps, "
            f"{training['minutes']} minutes on {training['machine']}{begun}"
        )
    return lines


def _passes(metrics: Mapping[str, Any]) -> Mapping[str, float]:
    """Add up how often each corpus was read, over all that it was trained on."""
    passes: Counter[str] = Counter()
    for each in stretches(metrics):
        passes.update(each["training"].get("passes", {}))
    return passes


def _scores(metrics: Mapping[str, Any]) -> list[str]:
    held_out, scores = metrics.get("held_out"), metrics.get("scores")
    if not held_out:
        return []
    lines = [
        "## What it scores",
        "",
        f"Bits per character on held-out conversations: {held_out['bits_per_character']:.3f} "
        "(every id after bos counts, the ends of turns too).",
        "",
        "| corpus | bits per character |",
        "|---|---|",
        *(f"| {source} | {bits:.3f} |" for source, bits in held_out["by_source"].items()),
        "",
    ]
    if scores:
        lines += [
            "As people meet it (`inkling evaluate`, the int8 step function, definitions in "
            "training/evaluation.py):",
            "",
            "| corpus | split | bits per character | top-1 % | top-3 % | KSR-W@3 % | words |",
            "|---|---|---|---|---|---|---|",
            *map(_row, scores),
            "",
        ]
    return lines


def _row(score: Mapping[str, Any]) -> str:
    figures = (score["bits_per_character"], score["top_1"], score["top_3"], score["ksr_w_3"])
    cells = ("-" if f is None else f"{f:.{d}f}" for f, d in zip(figures, (3, 1, 1, 1), strict=True))
    return f"| {score['corpus']} | {score['split']} | {' | '.join(cells)} | {score['words']} |"
