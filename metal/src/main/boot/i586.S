// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Where a loader that knows Multiboot jumps to, and what the processor does on interrupts.
// Source: Multiboot Specification 0.6.96; Intel 386 manual, chapters 5, 6 and 9.

#define STACK 16384

// ---- The loader's header -----------------------------------------------------------------------

    .section .multiboot, "a"
    .balign 4
    .long 0x1BADB002
    .long 3 // modules on page boundaries, and a map of the memory, please
    .long -(0x1BADB002 + 3)

// ---- Start -------------------------------------------------------------------------------------

    .text
    .globl start
start:
    cli
    cld
    movl $stack_end, %esp
    lgdt descriptors_register
    ljmp $8, $1f
1:  movl $16, %ecx
    movl %ecx, %ds
    movl %ecx, %es
    movl %ecx, %ss
    movl %ecx, %fs
    movl %ecx, %gs
    // The loader leaves memory as it was: what C takes for zero becomes it.
    movl %eax, %esi
    movl $bss_begin, %edi
    movl $bss_end, %ecx
    subl %edi, %ecx
    xorl %eax, %eax
    rep stosb
    pushl %ebx
    pushl %esi
    call tulle_start
1:  cli
    hlt
    jmp 1b

    .section .rodata
    .balign 8
descriptors:
    .quad 0
    .quad 0x00CF9A000000FFFF // code, 4 GB
    .quad 0x00CF92000000FFFF // data, 4 GB
descriptors_register:
    .word . - descriptors - 1
    .long descriptors

// ---- Interrupts --------------------------------------------------------------------------------

// They are let through only while the processor is halted, and do nothing but end that: so each
// returns with further ones off, which also calms a line that stays raised until its device is asked.
    .text
    .globl interrupt_low, interrupt_high, fault_divide, fault_page, fault_other
interrupt_high: // 8 to 15: the second controller is told as well
    pushl %eax
    movb $0x20, %al
    outb %al, $0xA0
    jmp 1f
interrupt_low:
    pushl %eax
    movb $0x20, %al
1:  outb %al, $0x20
    andl $~0x200, 12(%esp) // the interrupt flag of where it returns to
    popl %eax
    iret

fault_divide:
    pushl $0
    call tulle_fault
fault_page:
    pushl $14
    call tulle_fault
fault_other:
    pushl $13
    call tulle_fault

// ---- The stack ---------------------------------------------------------------------------------

    .section .stack, "aw", @progbits
    .balign 16
    .globl stack_begin, stack_end
stack_begin:
    .skip STACK
stack_end:

    .section .note.GNU-stack, "", @progbits
