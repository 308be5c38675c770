"""Text into the phonemes kokoro was taught: Mandarin through misaki, English through espeak-ng's library."""

import ctypes
import re
from functools import cache

# espeak-ng's IPA with ties → kokoro's alphabet (after misaki's own fallback table)
SYMBOLS = (
    ("ʔˌn\u0329", "ʔn"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"),
    ("ə^l", "ᵊl"), ("ʲo", "jo"), ("ʲə", "jə"), ("ʲ", ""), ("o^ʊ", "O"), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"),
    ("ç", "k"), ("ɐ", "ə"), ("ɬ", "l"), ("\u0303", ""), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""), ("^", ""),
)  # fmt: skip
IPA_TIED = 0x02 | 0x80 | ord("^") << 8
UTF8 = 1
SYNCHRONOUS = 2
MARKS = re.compile(r"[^,.!?;:]+|[,.!?;:]")
HANZI = re.compile(r"[A-Za-z][A-Za-z' ]*|[^A-Za-z]+")


@cache
def _espeak() -> ctypes.CDLL:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    if library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0) < 0:
        raise OSError("espeak-ng's library does not start")
    if library.espeak_SetVoiceByName(b"gmw/en-US") != 0 and library.espeak_SetVoiceByName(b"en-us") != 0:
        raise OSError("espeak-ng has no American English")
    return library


def english(text: str) -> str:
    """
    Punctuation stays, it makes the pauses.
    """
    parts = (part if part in ",.!?;:" else _ipa(part) for part in MARKS.findall(text))
    phonemes = "".join(part + " " if part in ",.!?;:" else part for part in parts)
    for written, meant in SYMBOLS:
        phonemes = phonemes.replace(written, meant)
    return phonemes.strip()


def _ipa(text: str) -> str:
    library = _espeak()
    buffer = ctypes.create_string_buffer(text.strip().encode())
    at = ctypes.c_void_p(ctypes.addressof(buffer))
    clauses = []
    while at.value:
        clauses.append((library.espeak_TextToPhonemes(ctypes.byref(at), UTF8, IPA_TIED) or b"").decode())
    return " ".join(clauses).strip()


@cache
def _misaki() -> object:
    import jieba
    from misaki import zh

    jieba.setLogLevel(60)
    return zh.ZHG2P()


def mandarin(text: str) -> str:
    """Latin words inside Chinese ("C出口") are spoken as English ones."""
    g2p = _misaki()
    assert callable(g2p)
    return "".join(
        f" {english(part)} " if part[0].isascii() and part[0].isalpha() else g2p(part)[0]
        for part in HANZI.findall(text)
    ).strip()
