"""What may be opened and decoded: FFmpeg's names of demuxers and decoders, and the media types of containers.

The lists are closed on purpose. A demuxer that opens other files or addresses (HLS, DASH, concat, image sequences,
playlists, device grabs) must never see a recording, nor any video decoder.
"""

from __future__ import annotations

DEMUXERS = frozenset(
    {"aac", "ac3", "aiff", "amr", "asf", "au", "avi", "caf", "flac", "flv", "matroska", "mov", "mp3", "mpeg", "mpegts"}
    | {"ogg", "w64", "wav"}
)

AUDIO_DECODERS = frozenset(
    {"aac", "aac_latm", "ac3", "eac3", "alac", "flac", "mp1float", "mp2float", "mp3float", "mp1", "mp2", "mp3"}
    | {"opus", "libopus", "vorbis", "speex", "wmav1", "wmav2", "wmapro", "wmavoice", "nellymoser", "truespeech"}
    | {"amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "gsm", "gsm_ms", "g722", "g723_1", "g726", "g729"}
    | {"adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_swf", "adpcm_yamaha", "pcm_alaw", "pcm_mulaw", "pcm_u8"}
    | {"pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le"}
    | {"pcm_f32be", "pcm_f64le", "pcm_f64be"}
)

_MEDIA_TYPES = {
    "aac": ("audio/aac", "audio/aac"),
    "ac3": ("audio/ac3", "audio/ac3"),
    "aiff": ("audio/aiff", "audio/aiff"),
    "amr": ("audio/amr", "audio/amr"),
    "asf": ("audio/x-ms-wma", "video/x-ms-wmv"),
    "au": ("audio/basic", "audio/basic"),
    "avi": ("video/x-msvideo", "video/x-msvideo"),
    "caf": ("audio/x-caf", "audio/x-caf"),
    "flac": ("audio/flac", "audio/flac"),
    "flv": ("video/x-flv", "video/x-flv"),
    "matroska": ("audio/x-matroska", "video/x-matroska"),
    "webm": ("audio/webm", "video/webm"),
    "mov": ("audio/mp4", "video/mp4"),
    "mp3": ("audio/mpeg", "audio/mpeg"),
    "mpeg": ("video/mpeg", "video/mpeg"),
    "mpegts": ("video/mp2t", "video/mp2t"),
    "ogg": ("audio/ogg", "video/ogg"),
    "w64": ("audio/x-w64", "audio/x-w64"),
    "wav": ("audio/wav", "audio/wav"),
}


def media_type(container: str, *, has_video: bool) -> str:
    """The media type of a container, by one of this module's names of it."""
    audio, video = _MEDIA_TYPES[container]
    return video if has_video else audio
