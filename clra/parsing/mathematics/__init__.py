"""How mathematics is read and written: the workings behind `clra.parsing.reader` and `clra.parsing.notation`.

From the bottom: ``vocabulary`` (what words and signs are) and ``names``; ``lexer`` (text to tokens) and ``layout`` (tokens
without what only arranges them); ``cursor`` and ``grammar`` (how tightly signs bind); ``operands`` (what starts with which
token: ``literals``, ``identifiers``, ``brackets``, ``functions``, ``commands``) and ``postfixes`` (what may follow);
``statements`` (relations and what joins them). ``plain`` and ``latex`` write.
"""
