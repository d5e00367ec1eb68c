"""jieba's segmentation, exactly: a private tokenizer for one dictionary version.

jieba's module-level tokenizer is shared by a whole process, and `load_userdict` moves frequencies each time it runs.
So a `Segmenter` owns a fresh `jieba.Tokenizer`, loads the user dictionary once and never edits it afterwards.
"""

import hashlib
import importlib.metadata
import logging
import threading
import warnings
from pathlib import Path

with warnings.catch_warnings():  # jieba 0.42.1 has invalid escape sequences, a SyntaxWarning when first compiled
    warnings.simplefilter("ignore")
    import jieba

jieba.setLogLevel(logging.WARNING)


class Segmenter:
    """Cuts text into words as `jieba.Tokenizer.cut(text, HMM=False)` does.

    HMM stays off, as jieba's maintainers advise for production (fxsjy/jieba issue 340): a topic count must not depend
    on words guessed from their neighbours. `cache` is a private folder: jieba would otherwise share a file in the
    system's temp directory, which it loads whatever its age or content.
    """

    def __init__(self, userdict: Path, cache: Path):
        version = importlib.metadata.version("jieba")
        words = userdict.read_bytes()
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.tmp_dir = str(cache / f"jieba-{version}")
        Path(self._tokenizer.tmp_dir).mkdir(parents=True, exist_ok=True)
        with self._tokenizer.get_dict_file() as file:
            dictionary = file.read()
        self.digest = hashlib.sha256(b"\0".join([version.encode(), b"HMM off", dictionary, words])).hexdigest()
        self._userdict = userdict
        self._ready = False
        self._lock = threading.Lock()

    def cut(self, text: str) -> list[str]:
        """The words of a text, in order; joined they give the text back."""
        if not self._ready:
            self._prepare()
        return list(self._tokenizer.cut(text, HMM=False))

    def _prepare(self) -> None:
        with self._lock:
            if not self._ready:
                self._tokenizer.initialize()
                with self._userdict.open("rb") as words:  # given a path, jieba would leave the file open
                    self._tokenizer.load_userdict(words)
                self._ready = True
