"""Decoding of media files to samples of sound, with PyAV.

Only the first stream of sound is decoded, only by the decoders and from the containers
listed here, and only until it is too long: huge pictures, many streams and playlists
of other files cost nothing.
"""

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.voice.problems import Problem, RecordingError

if TYPE_CHECKING:
    import av

SAMPLE_RATE = 16_000  # in Hz; that of Whisper
ROUNDING_SECONDS = 1.0  # Telegram tells durations in whole seconds
# Names of FFmpeg. Voice messages are Opus in Ogg, round videos AAC in MP4.
_CONTAINERS = "ogg,mov,matroska,mp3,wav,flac,aac,amr"
_DECODERS = (
    "opus,vorbis,aac,mp3,mp3float,flac,amrnb,amrwb,alac,"
    "pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_u8"
)


def decode_recording(data: bytes, max_seconds: float) -> "np.ndarray[Any, Any]":
    """Return the samples of a recording: float32 in [-1, 1], mono, `SAMPLE_RATE`.

    Raises:
        RecordingError: The recording is longer than `max_seconds`.
        Exception: The file is damaged, or no recording.
    """
    import av

    allowed = {"format_whitelist": _CONTAINERS, "codec_whitelist": _DECODERS}
    samples: list[np.ndarray[Any, Any]] = []
    seconds = 0.0
    source = io.BytesIO(data)
    with av.open(source, "r", metadata_errors="ignore", options=allowed) as file:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        for packet in file.demux(file.streams.audio[0]):
            for frame in _frames(packet):
                seconds += frame.samples / frame.sample_rate
                if seconds > max_seconds + ROUNDING_SECONDS:
                    raise RecordingError(Problem.TOO_LONG)
                samples += [part.to_ndarray() for part in resampler.resample(frame)]
        samples += [part.to_ndarray() for part in resampler.resample(None)]
    whole: np.ndarray[Any, Any] = np.concatenate(samples, axis=1)[0]
    return whole.astype(np.float32) / np.float32(2**15)


def _frames(packet: "av.Packet[Any]") -> list[Any]:
    """Decode a packet; a damaged one gives no frame."""
    import av

    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []
