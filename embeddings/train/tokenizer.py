"""The tokenizer: byte-pair merges over runs of characters, with all text normalisation inside it."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"

# A space beside Chinese is the printer's ("2023 年第 4 期", "李 虹"); between Latin words it divides.
_SPACE_BESIDE_CHINESE = r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])"
# Runs of Chinese, numbers with their percent sign, other letters. Punctuation is left out: printed
# documents and questions mix half and full width, and a comma says nothing about the subject.
_RUN = r"\p{Han}+|[0-9]+(?:\.[0-9]+)?%?|[\p{L}&&[^\p{Han}]]+"


def untrained() -> Tokenizer:
    """Returns the tokenizer without merges: normalisation and division into runs only.

    NFKC turns full width into half width and ㈠ into (一); letters become lower case.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(_SPACE_BESIDE_CHINESE), ""),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_RUN), "removed", invert=True)
    return tokenizer


def train_tokenizer(texts: Iterable[str], vocabulary_size: int, longest: int = 4, rarest: int = 3) -> Tokenizer:
    """Returns a tokenizer learned from `texts` by byte-pair merges.

    Args:
        texts: Lines or passages; order does not matter.
        vocabulary_size: Tokens at most, `UNKNOWN` (id 0) included.
        longest: Characters in a token at most. Longer merges are phrases of legal style
            (县级以上地方人民政府), which no question uses.
        rarest: A merge is learned from this many occurrences on.
    """
    tokenizer = untrained()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        special_tokens=[UNKNOWN],
        max_token_length=longest,
        min_frequency=rarest,
        limit_alphabet=min(8000, vocabulary_size - 1),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
