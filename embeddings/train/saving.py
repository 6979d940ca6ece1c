"""A trained table becomes a sentence-transformers folder that loads with torch and without."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

_MODULES = [
    ("", "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding"),
    ("1_Normalize", "sentence_transformers.base.modules.normalize.Normalize"),
]


def quantised(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns (int8 rows, float32 factor of each row); their product is `table` to within half a step.

    A quarter of the size, and exact between loaders: sentence-transformers multiplies the two in float32,
    whereas a float16 table would be averaged in float16 there and in float32 here (1e-4 apart).
    """
    factors = np.abs(table).max(axis=1) / 127
    factors[factors == 0] = 1.0
    return np.rint(table / factors[:, None]).astype(np.int8), factors.astype(np.float32)


def write_model(folder: Path, tokenizer: Tokenizer, table: np.ndarray, card: str) -> None:
    """Writes the folder: weights, tokenizer, settings and model card. Files of an older model are replaced."""
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    rows, factors = quantised(table)
    # The names are model2vec's, which StaticEmbedding reads from sentence-transformers 6 on.
    save_file({"embeddings": rows, "weights": factors}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)  # safetensors leaves it readable by its owner alone
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    modules = [{"idx": n, "name": str(n), "path": path, "type": kind} for n, (path, kind) in enumerate(_MODULES)]
    _write_json(folder / "modules.json", modules)
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "", "document": ""},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    _write_json(
        folder / "1_Normalize" / "config.json",
        {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"},
    )
    (folder / "README.md").write_text(card, encoding="utf-8")


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
