# normalise: s/[0-9a-f]{12}/COMMIT/g
try pvtune history
try pvtune history --bisect --accept HEAD
try pvtune history --good HEAD
try pvtune history --bisect --bad HEAD
try pvtune history --reason because
try pvtune history --bisect --good HEAD
git init -q -b main repo && cd repo
git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m one
try pvtune history
try pvtune history --bisect --good nowhere
try pvtune history --bisect --good HEAD --build make
try pvtune history --bisect --good HEAD
