try pvtune completion
try pvtune completion bsh
try pvtune completion fish
