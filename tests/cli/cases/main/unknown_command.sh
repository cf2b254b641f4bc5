try pvtune valdiate a b
try pvtune VALIDATE
try pvtune xyzzy
try pvtune help completoin
try pvtune help validate twice
try pvtune ''
try pvtune -q validate
try pvtune tun
