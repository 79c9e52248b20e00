"""Inkling: a small recurrent language model that completes what you type and answers what you say.

from chatbot import load
lm = load()
lm.suggest("How are y")[0].text
lm.chat().reply("hello")
"""

from chatbot.chat import Chat
from chatbot.checkpoint import Checkpoint, open_checkpoint
from chatbot.errors import BusyError, CheckpointError, InklingError, OptionError
from chatbot.generation import Generation
from chatbot.language_model import LanguageModel, load
from chatbot.personal import PersonalMemory
from chatbot.sampling import Sampling
from chatbot.scoring import Score
from chatbot.suggestion import Offer, Suggestion

__all__ = [
    "BusyError",
    "Chat",
    "Checkpoint",
    "CheckpointError",
    "Generation",
    "InklingError",
    "LanguageModel",
    "Offer",
    "OptionError",
    "PersonalMemory",
    "Sampling",
    "Score",
    "Suggestion",
    "load",
    "open_checkpoint",
]
