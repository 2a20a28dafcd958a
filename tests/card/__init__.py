"""A sound card for any test that needs to know what a listener hears, and when.

from card import Card

card = Card(tmp_path)
subprocess.run([sys.executable, "plays.py"], env=card.environment())    # through PortAudio or ALSA
recording = card.recording()
recording.heard, recording.first_sound, recording.gaps(), recording.underruns

It is an ALSA device like any other (card.c), and the default of a program with its environment, which
sees no others.  `card.environment(another)` is of both.  ALSA reads of them in a file that is named in the
environment, once a process: so whatever plays runs in a process of its own.
"""

from card.card import Card
from card.clock import Clock
from card.recording import Gap, Recording
from card.reference_player import play

__all__ = ["Card", "Clock", "Gap", "Recording", "play"]
