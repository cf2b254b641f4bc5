# normalise: s/[0-9]+\.[0-9]+\.[0-9]+/VERSION/
pvtune --version
