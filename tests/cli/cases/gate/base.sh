# --against is the revision; --base, as it was called, too; -b, which means the base folder elsewhere, is refused rather than guessed at.
try pvtune gate -b main
try pvtune gate
try pvtune gate --base main
