"""Trains the default encoder from the texts beside the project (`gazette train-encoder`).

`sources` reads texts, `pairs` turns them into (query, passage) pairs, `tokenizer` learns the
vocabulary, `training` learns the vectors, `saving` writes the folder, `evaluation` measures it.
torch is imported inside functions only, so that reading the command line's help stays quick.
"""
