proc fact {n} { expr {$n < 2 ? 1 : $n * [fact [expr {$n - 1}]]} }
puts "[fact 30] [string toupper straße] [lsort -integer {10 9 2}] [format %.4f [expr {acos(-1)}]]"
array set words {}
set file [open text.txt]
while {[gets $file line] >= 0} { foreach word $line { incr words($word) } }
close $file
puts [lrange [lsort [array names words]] 0 4]
set out [open made.txt w]
puts -nonewline $out [binary format a3I abc 258]
close $out
puts "[file size made.txt] [regexp -inline {(\w+)ing} {flying swifts}] [clock format 0 -gmt 1 -format %Y-%m-%d] [dict get {a 1 b 2} b]"
after 10 {set done 1}
vwait done
puts [catch {expr {1 / 0}} message]:$message
set co [coroutine gen apply {{} { foreach i {1 2 3} { yield $i } }}]
puts [gen][gen]
exit 6
