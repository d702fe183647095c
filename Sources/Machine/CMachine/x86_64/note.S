/* SPDX-License-Identifier: Apache-2.0
 *
 * What the image says about itself in an ELF note, for the tool that is asked to boot it: which versions of the boot
 * record and the control channel it speaks. The build puts its id and the names of the components into the room behind.
 * The layout is that of ImageNote (Formats/BootProtocols), whose tests read this file's numbers; ELF's notes are those of
 * the gABI, "Note Section".
 */
#if !__STDC_HOSTED__ && defined(__x86_64__)
.section .note.apus, "a", @note
    .balign 4
    .long 5, 2f - 1f, 1                     /* sizes of name and description, type */
    .asciz "Apus"
    .balign 4
1:  .long 1                                 /* layout of what follows */
    .long 1, 1                              /* boot record: lowest and highest version that the kernel reads */
    .long 3                                 /* control channel: the version that it speaks */
    .fill 32, 1, 0                          /* build id: SHA-256 of the sources */
    .fill 512, 1, 0                         /* names of components, each with a NUL */
2:
#endif
