// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// How a program starts and fails where there is an operating system.
#include "tulle.h"
#include <signal.h>
#include <unistd.h>

// Exit code 70 is sysexits' EX_SOFTWARE: the program is at fault, not its user.
void tulle_fail(const char* sentence, uint32_t octets) {
    (void) !write(2, sentence, octets);
    _exit(70);
}

// Null pointers and divisions by zero. The state of the program is unknown: it ends.
static void tulle_fault(int signal) {
    if (signal == SIGFPE) {
        TULLE_FAIL("tulle: internal error: a division by zero\n");
    }
    TULLE_FAIL("tulle: internal error: a null reference\n");
}

// Generated.
extern void tulle_main(TeaVM_Array* arguments);

// What the linker laid out, without the heap.
int32_t tulle_programOctets(void) {
    extern char __executable_start[], _end[];
    return (int32_t) (_end - __executable_start) - TULLE_HEAP_OCTETS;
}

int tulle_argc;
char** tulle_argv;

int main(int argc, char** argv) {
    tulle_argc = argc;
    tulle_argv = argv;
    signal(SIGSEGV, tulle_fault);
    signal(SIGFPE, tulle_fault);
    signal(SIGPIPE, SIG_IGN);
    tulle_main(NULL);
    return 0;
}
