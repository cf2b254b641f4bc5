# --against is the revision; --base, as it was called, too; -b is the base folder of a study, as in all other commands.
try pvtune gate -b main
try pvtune gate
try pvtune gate --base main
try pvtune gate --against main -b folder -p project
