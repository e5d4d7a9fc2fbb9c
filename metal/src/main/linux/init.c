// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The first program of the small Linux: sets the card going, runs the client with the words that
// the kernel was given, says how it ended and what memory is free, and restarts the machine.
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned long freeKb(void) {
    struct sysinfo memory;
    sysinfo(&memory);
    return memory.freeram / 1024 * memory.mem_unit;
}

int main(int argc, char** argv) {
    (void) argc;
    struct ifreq card = {.ifr_name = "eth0", .ifr_flags = IFF_UP};
    int link = socket(AF_PACKET, SOCK_RAW, 0);
    if (ioctl(link, SIOCSIFFLAGS, &card) != 0) {
        perror("linux: eth0");
    }
    printf("linux: %lu KB of memory free\n", freeKb());
    fflush(stdout);
    argv[0] = "/get";
    pid_t client = vfork();
    if (client == 0) {
        execv(argv[0], argv);
        _exit(127);
    }
    int status = 0;
    waitpid(client, &status, 0);
    printf("linux: get ended with code %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    fflush(stdout);
    reboot(RB_AUTOBOOT);
    return 0;
}
