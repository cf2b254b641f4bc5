# --base is the revision; -b, which means the base folder elsewhere, is refused rather than guessed at.
try pvtune gate -b main
