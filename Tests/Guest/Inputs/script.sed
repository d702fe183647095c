s/swift/SWIFT/g
/fox/d
$a\
added
