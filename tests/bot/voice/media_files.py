"""Media files that PyAV makes: recordings in several containers, and hostile ones."""

import io
import wave
from pathlib import Path

import av

RECORDINGS = Path(__file__).with_name("recordings")
LEADER, FOUNDING, THANKS, GERMAN = (
    (RECORDINGS / f"{name}.ogg").read_bytes()
    for name in ("leader", "founding", "thanks", "german")
)


def converted(container, codec, *, videos=(), seconds=0.0):
    """Return a recording in another container, after some seconds of silence.

    `videos` are the widths and heights of moving pictures before the sound.
    """
    file = io.BytesIO()
    with av.open(file, "w", format=container) as target:
        pictures = [_add_picture(target, *size) for size in videos]
        sound = target.add_stream(codec, rate=48_000)
        sound.layout = "mono"
        for stream in pictures:
            _mux_picture(target, stream)
        resampler = av.AudioResampler(
            format=sound.format.name,
            layout="mono",
            rate=48_000,
            frame_size=sound.codec_context.frame_size or 1_024,
        )
        for frame in [*_silence(seconds), *_frames(LEADER)]:
            frame.pts = None
            for part in resampler.resample(frame):
                target.mux(sound.encode(part))
        target.mux(sound.encode())
    return file.getvalue()


def _frames(data):
    with av.open(io.BytesIO(data)) as source:
        yield from source.decode(audio=0)


def _silence(seconds):
    for _ in range(int(seconds)):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=48_000)
        frame.rate = 48_000
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        yield frame


def _add_picture(target, width, height):
    stream = target.add_stream("mpeg4", rate=25)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    return stream


def _mux_picture(target, stream):
    frame = av.VideoFrame(stream.width, stream.height, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.pts = 0
    target.mux(stream.encode(frame))
    target.mux(stream.encode())


def silent(seconds, rate=8_000, encoded="flac"):
    """Return silence: small as FLAC, large as WAV."""
    file = io.BytesIO()
    if encoded == "wav":
        with wave.open(file, "wb") as target:
            target.setparams((1, 2, rate, 0, "NONE", ""))
            target.writeframes(bytes(2 * rate * seconds))
        return file.getvalue()
    with av.open(file, "w", format="flac") as target:
        stream = target.add_stream("flac", rate=rate)
        stream.layout = "mono"
        for _ in range(seconds):
            frame = av.AudioFrame(format="s16", layout="mono", samples=rate)
            frame.rate = rate
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    return file.getvalue()


def recordings():
    """Return a spoken question in every kind of file that phones make."""
    return {
        "voice.ogg": LEADER,
        "round.mp4": converted("mp4", "aac", videos=[(384, 384)]),
        "song.mp3": converted("mp3", "mp3"),
        "memo.m4a": converted("ipod", "aac"),
        "memo.wav": converted("wav", "pcm_s16le"),
        "memo.flac": converted("flac", "flac"),
        "memo.webm": converted("webm", "libopus"),
        "after a pause.ogg": converted("ogg", "libopus", seconds=20),
        "a huge picture.mp4": converted("mp4", "aac", videos=[(8_160, 8_160)]),
        "many pictures.mkv": converted("matroska", "aac", videos=[(64, 64)] * 200),
    }


def hostile():
    """Return files without words, with a part of the line that each gets."""
    mp4 = converted("mp4", "aac", videos=[(64, 64)])
    too_long, damaged, silence = "up to 60 seconds", "cannot play", "no words"
    return {
        "an hour of silence": (silent(3_600), too_long),
        "a day at one sample a second": (_slow(), too_long),
        "no media": (b"Who leads the office?" * 100, damaged),
        "nothing": (b"", damaged),
        "zeros": (bytes(100_000), damaged),
        "a cut video": (mp4[: len(mp4) // 2], damaged),
        "a video without sound": (_silent_film(), damaged),
        "a playlist": (b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n", damaged),
        "a list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", damaged),
        "silence": (silent(5), silence),
    }


def _slow():
    """Return a WAV file whose header tells one sample in a second."""
    data = bytearray(silent(11, encoded="wav"))
    data[24:28] = (1).to_bytes(4, "little")
    return bytes(data)


def _silent_film():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as target:
        _mux_picture(target, _add_picture(target, 64, 64))
    return file.getvalue()
