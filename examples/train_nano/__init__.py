"""Everything that made `clra-nano`, the embedded demonstration model: problems, tokenizer, training, export, evaluation."""
