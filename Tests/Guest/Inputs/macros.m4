define(`square', `eval($1 * $1)')dnl
define(`loop', `ifelse($1, 0, , `$1 loop(decr($1))')')dnl
NAME: square(12) loop(5)
translit(`unikernel', `a-z', `A-Z') len(`four') substr(`abcdef', 2, 3) index(`abc', `c')
divert(1)later
divert`'regexp(`swift 42', `\([0-9]+\)', `<\1>') format(`%05.1f|%-4s|%x', 3.14159, ab, 255)
undivert(1)sinclude(`nothing')patsubst(`a-b-c', `-', `+')
include(`nothing')
