	.globl add
add:	lea (%rdi,%rsi),%rax
	ret
