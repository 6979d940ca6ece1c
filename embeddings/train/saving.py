"""A trained table becomes a folder that `embeddings.pair_encoder.PairEncoder` loads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from embeddings.pair_encoder import KIND, Vocabulary
from embeddings.terms import ANALYZER


def quantised(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns (int8 rows, float32 factor of each row); their product is `table` to within half a step."""
    factors = np.abs(table).max(axis=1) / 127
    factors[factors == 0] = 1.0
    return np.rint(table / factors[:, None]).astype(np.int8), factors.astype(np.float32)


def write_model(folder: Path, vocabulary: Vocabulary, table: np.ndarray, card: str) -> None:
    """Writes the folder: weights, settings and model card. Files of an older model are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, factors = quantised(table)
    save_file({"terms": vocabulary.terms, "rows": rows, "scales": factors}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)  # safetensors leaves it readable by its owner alone
    settings = {"kind": KIND, "analyzer": ANALYZER, "dim": int(table.shape[1]), "terms": len(vocabulary)}
    (folder / "config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(card, encoding="utf-8")
