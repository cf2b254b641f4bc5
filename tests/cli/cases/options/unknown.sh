try pvtune validate --rtoll 1 a b
try pvtune validate --reslts=x a b
try pvtune validate --xyzzy a b
try pvtune validate -x a b
try pvtune validate -qx a b
try pvtune validate --no-all a b
try pvtune validate --hel
