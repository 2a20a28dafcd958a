"""A sound card for any test that needs to know what a listener hears, and when.

from card import Card

card = Card(tmp_path)
subprocess.run([sys.executable, "plays.py"], env=card.environment())    # through PortAudio or ALSA
recording = card.recording()
recording.heard, recording.first_sound, recording.gaps(), recording.underruns

It is an ALSA device like any other (card.c), the only one that a program with its environment
sees unless the environment is of several cards, and its default.  ALSA is told of it by a file named in that environment, which is read once a
process: so whatever plays runs in a process of its own.
"""

from card.card import Card
from card.recording import Gap, Recording
from card.reference_player import play

__all__ = ["Card", "Gap", "Recording", "play"]
