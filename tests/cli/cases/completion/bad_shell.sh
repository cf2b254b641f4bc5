try pvtune completion
try pvtune completion bsh
try pvtune completion csh
