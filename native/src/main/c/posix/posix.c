// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The system as Java sees it: links, clocks, waiting, standard streams, files. All that knows a
// structure's layout or a constant's value is here, so that the Java above is the same on every
// architecture. Failures are negative error numbers.
#include "tulle.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// From linux/if_tun.h and linux/if_packet.h, which musl comes without.
#define IFF_TAP 0x0002
#define IFF_NAPI 0x0010
#define IFF_NO_PI 0x1000
#define IFF_VNET_HDR 0x4000
#define TUN_F_CSUM 0x01
#define TUN_F_TSO4 0x02
#define TUN_F_TSO6 0x04
#define TUN_F_TSO_ECN 0x08
#ifndef TUNSETIFF
#define TUNSETIFF _IOW('T', 202, int)
#define TUNSETOFFLOAD _IOW('T', 208, unsigned int)
#endif
#ifndef SYS_fsopen // the same numbers on every processor
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#ifndef O_PATH
#define O_PATH 010000000
#endif
#ifndef ETH_P_ALL
#define ETH_P_ALL 3
#endif
#ifndef PACKET_VNET_HDR
#define PACKET_VNET_HDR 15
#endif
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

static int32_t tulle_result(int64_t result) {
    return result < 0 ? -errno : (int32_t) result;
}

// ---- Arguments ---------------------------------------------------------------------------------

extern int tulle_argc;
extern char** tulle_argv;

int32_t tulle_argumentCount(void) {
    return tulle_argc > 0 ? tulle_argc - 1 : 0;
}

int32_t tulle_argumentLength(int32_t index) {
    return (int32_t) strlen(tulle_argv[index + 1]);
}

void tulle_argument(int32_t index, void* to) {
    int32_t length = tulle_argumentLength(index);
    memcpy(tulle_range(to, 0, length), tulle_argv[index + 1], length);
}

// ---- Time and randomness -----------------------------------------------------------------------

static int64_t tulle_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int64_t tulle_monotonicNs(void) {
    return tulle_clock(CLOCK_MONOTONIC);
}

int64_t tulle_unixTimeNs(void) {
    return tulle_clock(CLOCK_REALTIME);
}

// Waits until the kernel's generator is seeded, which a guess would not.
int64_t tulle_entropy(void) {
    int64_t bits = 0;
    while (syscall(SYS_getrandom, &bits, sizeof(bits), 0) != sizeof(bits)) {
        if (errno != EINTR) {
            static const char text[] = "tulle: the system has no source of randomness\n";
            (void) !write(2, text, sizeof(text) - 1);
            _exit(1);
        }
    }
    return bits;
}

// ---- Links -------------------------------------------------------------------------------------

// Fills in an interface's name; 0 where it is one.
static int tulle_name(struct ifreq* request, void* name) {
    int32_t length = TEAVM_ARRAY_LENGTH(name);
    if (length == 0 || length >= IFNAMSIZ) {
        return -1;
    }
    memset(request, 0, sizeof(*request));
    memcpy(request->ifr_name, TEAVM_ARRAY_DATA(name, char), length);
    return strlen(request->ifr_name) == (size_t) length && strchr(request->ifr_name, '/') == NULL ? 0 : -1;
}

static int tulle_closing(int file) {
    int error = errno;
    close(file);
    return -error;
}

// Waits for the device to come up where it is about to: what the kernel sends before is lost, and
// it may let a second pass.
static void tulle_awaitCarrier(struct ifreq* request) {
    int any = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct timespec pause = {0, 2000000};
    for (int i = 0; i < 600 && ioctl(any, SIOCGIFFLAGS, request) == 0; i++) {
        if ((request->ifr_flags & (IFF_UP | IFF_RUNNING)) != IFF_UP) {
            break;
        }
        nanosleep(&pause, NULL);
    }
    close(any);
}

static int32_t tulle_tap(void* name, int features) {
    struct ifreq request;
    if (tulle_name(&request, name) != 0) {
        return -ENAMETOOLONG;
    }
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (device < 0) {
        return -errno;
    }
    request.ifr_flags = IFF_TAP | IFF_NO_PI | features;
    if (ioctl(device, TUNSETIFF, &request) != 0) {
        return tulle_closing(device);
    }
    return device;
}

static int32_t tulle_carried(int32_t device, void* name) {
    struct ifreq request;
    if (device >= 0 && tulle_name(&request, name) == 0) {
        tulle_awaitCarrier(&request);
    }
    return device;
}

int32_t tulle_openTap(void* name) {
    return tulle_carried(tulle_tap(name, 0), name);
}

// As tulle_openTap, but each frame has the header of Virtio 1.2 5.1.6 in front, and the kernel hands
// out TCP segments that it has not cut and checksums that it has not computed.
int32_t tulle_openMergingTap(void* name) {
    int32_t device = tulle_tap(name, IFF_VNET_HDR);
    if (device >= 0 && ioctl(device, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN) != 0) {
        return tulle_closing(device);
    }
    return tulle_carried(device, name);
}

// The folder of sysfs that has this network namespace's interfaces, whatever /sys may show: a mount
// that is in no tree. Needs CAP_SYS_ADMIN and Linux 5.2.
static int tulle_interfaces(void) {
    int folder = -1;
    int context = (int) syscall(SYS_fsopen, "sysfs", 1 /* FSOPEN_CLOEXEC */);
    if (context >= 0 && syscall(SYS_fsconfig, context, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) == 0) {
        int mount = (int) syscall(SYS_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, 0);
        if (mount >= 0) {
            folder = openat(mount, "class/net", O_PATH | O_DIRECTORY | O_CLOEXEC);
            close(mount);
        }
    }
    if (context >= 0) {
        close(context);
    }
    return folder;
}

// Lets the kernel keep more of what it sends us than the 1,000 frames that it gives a new device:
// eight senders at full speed overflow those between two of our polls. A length that somebody chose
// stays.
static void tulle_lengthenQueue(void* name) {
    struct ifreq request;
    int any = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (tulle_name(&request, name) == 0 && ioctl(any, SIOCGIFTXQLEN, &request) == 0
            && request.ifr_qlen == 1000) {
        request.ifr_qlen = 4000;
        ioctl(any, SIOCSIFTXQLEN, &request);
    }
    close(any);
}

// As tulle_openTap, but where the system permits, bulk that we send can be left to a thread of the
// kernel (threaded NAPI): a write then only leaves the frame there, and the thread takes many at a
// time. Without it each write runs the whole way up to the socket that receives.
int64_t tulle_openThreadedTap(void* name) {
    int folder = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? tulle_interfaces() : -1;
    int threads = folder >= 0 && faccessat(folder, "lo/threaded", W_OK, 0) == 0; // since Linux 5.12
    int32_t device = tulle_tap(name, threads ? IFF_NAPI : 0);
    int threadSwitch = -1;
    if (threads && device >= 0) {
        char path[IFNAMSIZ + sizeof("/threaded")] = {0};
        memcpy(path, TEAVM_ARRAY_DATA(name, char), TEAVM_ARRAY_LENGTH(name)); // it was a name
        threadSwitch = openat(folder, strcat(path, "/threaded"), O_WRONLY | O_CLOEXEC);
    }
    if (folder >= 0) {
        close(folder);
    }
    if (device >= 0) {
        tulle_lengthenQueue(name);
    }
    device = tulle_carried(device, name);
    return (int64_t) threadSwitch << 32 | (uint32_t) device;
}

void tulle_switchThread(int32_t threadSwitch, int32_t on) {
    (void) !write(threadSwitch, on ? "1" : "0", 1);
}

// Opens a packet socket for frames of one protocol, in the order of the network; 0 is none, so that
// nothing of another interface slips in before it is bound, and nothing at all for one that sends.
static int tulle_packetSocket(struct ifreq* request, uint16_t protocol) {
    int link = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link < 0) {
        return -errno;
    }
    if (ioctl(link, SIOCGIFINDEX, request) != 0) {
        return tulle_closing(link);
    }
    int on = 1;
    int room = 4 << 20; // the system grants what its own limit allows
    if (protocol != 0) {
        // Since Linux 4.20; an older one hands out what its own machine sends as well.
        (void) setsockopt(link, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
        (void) setsockopt(link, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
        // In front of each frame: what offloads did to it.
        if (setsockopt(link, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) != 0) {
            return tulle_closing(link);
        }
    }
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_ifindex = request->ifr_ifindex,
        .sll_protocol = protocol,
    };
    return bind(link, (struct sockaddr*) &address, sizeof(address)) != 0 ? tulle_closing(link) : link;
}

// Receives, with a virtio_net_hdr in front of each frame.
int32_t tulle_openInterface(void* name) {
    struct ifreq request;
    return tulle_name(&request, name) != 0 ? -ENAMETOOLONG
                                           : tulle_packetSocket(&request, __builtin_bswap16(ETH_P_ALL));
}

// Sends, without such a header.
int32_t tulle_openSender(void* name) {
    struct ifreq request;
    return tulle_name(&request, name) != 0 ? -ENAMETOOLONG : tulle_packetSocket(&request, 0);
}

// Lets a packet socket hear frames for the address in six octets, where it is not the interface's.
void tulle_hear(int32_t link, void* name, void* octets, int32_t at) {
    struct ifreq request;
    uint8_t* mac = tulle_range(octets, at, ETHER_ADDR_LEN);
    if (tulle_name(&request, name) != 0
            || (ioctl(link, SIOCGIFHWADDR, &request) == 0
                && memcmp(request.ifr_hwaddr.sa_data, mac, ETHER_ADDR_LEN) == 0)
            || ioctl(link, SIOCGIFINDEX, &request) != 0) {
        return;
    }
    // The device would filter them out otherwise. It ends with the socket.
    struct packet_mreq all = {.mr_ifindex = request.ifr_ifindex, .mr_type = PACKET_MR_PROMISC};
    (void) setsockopt(link, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all));
}

// The largest frame of an interface; Ethernet's usual one where the system does not say.
int32_t tulle_frameBytes(void* name) {
    struct ifreq request;
    int mtu = ETHERMTU;
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any < 0) {
        any = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); // a kernel without IPv4
    }
    if (any >= 0) {
        if (tulle_name(&request, name) == 0 && ioctl(any, SIOCGIFMTU, &request) == 0) {
            mtu = request.ifr_mtu;
        }
        close(any);
    }
    return (mtu < 68 ? 68 : mtu > 65535 ? 65535 : mtu) + ETHER_HDR_LEN;
}

int32_t tulle_receive(int32_t link, void* to, int32_t at, int32_t count) {
    return tulle_result(read(link, tulle_range(to, at, count), count));
}

int32_t tulle_send(int32_t link, void* from, int32_t at, int32_t count) {
    return tulle_result(write(link, tulle_range(from, at, count), count));
}

// ---- Waiting and signals -----------------------------------------------------------------------

// The kernel's own timespec of ppoll's first form: two longs on every architecture here.
static struct {
    long seconds;
    long ns;
} tulle_patience;

static volatile sig_atomic_t tulle_stopped;

// Also takes the patience out of a wait that is about to begin: a signal that comes between the
// test of the flag and the system call is then not slept through.
static void tulle_stop(int signal) {
    (void) signal;
    tulle_stopped = 1;
    tulle_patience.seconds = 0;
    tulle_patience.ns = 0;
}

void tulle_catchSignals(void) {
    // Without SA_RESTART, so that a wait ends. A second signal ends the program the usual way.
    struct sigaction action = {.sa_handler = tulle_stop, .sa_flags = (int) SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

// Answers a request once, so that waiting works again while the program comes to its end.
int32_t tulle_stopRequested(void) {
    int32_t stopped = tulle_stopped;
    if (stopped) {
        tulle_stopped = 0;
    }
    return stopped;
}

// Sleeps until a file that is not negative is readable, or for at most `ns`; negative is for ever.
void tulle_wait(int32_t link, int32_t secondLink, int32_t input, int64_t ns) {
    struct pollfd files[] = {
        {.fd = link, .events = POLLIN},
        {.fd = secondLink, .events = POLLIN},
        {.fd = input, .events = POLLIN},
    };
    // A long wait ends a fourteenth too early and is begun again: a division of 64 bits would cost a
    // processor of 32 more text than all of this.
    int64_t coarse = ns >> 30;
    tulle_patience.seconds = (long) (coarse > 0 && coarse < LONG_MAX ? coarse : ns >= 1000000000);
    tulle_patience.ns = (long) (coarse > 0 ? 0 : ns >= 1000000000 ? ns - 1000000000 : ns);
    __asm__ volatile("" ::: "memory");
    if (!tulle_stopped) {
        (void) syscall(SYS_ppoll, files, 3, ns < 0 ? NULL : &tulle_patience, NULL, 0);
    }
}

// ---- Many files, and questions of others -------------------------------------------------------

// A set of files is readable when one of them is.
int32_t tulle_gather(int32_t set, int32_t file, int32_t events) {
    struct epoll_event event = {.events = (uint32_t) events};
    int all = set < 0 ? epoll_create1(EPOLL_CLOEXEC) : set;
    if (all >= 0) {
        (void) epoll_ctl(all, EPOLL_CTL_ADD, file, &event);
    }
    return all;
}

static struct sockaddr_un tulle_control = {.sun_family = AF_UNIX};

// A socket for the path, which it keeps.
static int tulle_unix(void* path, int flags) {
    int32_t length = TEAVM_ARRAY_LENGTH(path);
    if (length == 0 || length >= (int32_t) sizeof(tulle_control.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(tulle_control.sun_path, TEAVM_ARRAY_DATA(path, char), length);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
}

static int tulle_connect(int file) {
    return connect(file, (struct sockaddr*) &tulle_control, sizeof(tulle_control));
}

int32_t tulle_openControl(void* path) {
    int control = tulle_unix(path, SOCK_NONBLOCK);
    if (control < 0) {
        return -errno;
    }
    if (tulle_connect(control) == 0) {
        close(control);
        return -EBUSY;
    }
    if (errno == ECONNREFUSED) {
        // What another left behind; unless it is a file of another kind, whose name stays.
        struct stat status;
        if (lstat(tulle_control.sun_path, &status) == 0 && S_ISSOCK(status.st_mode)) {
            unlink(tulle_control.sun_path);
        }
    }
    mode_t mask = umask(0177);
    int failed = bind(control, (struct sockaddr*) &tulle_control, sizeof(tulle_control)) != 0
        || listen(control, 4) != 0;
    umask(mask);
    return failed ? tulle_closing(control) : control;
}

int32_t tulle_accept(int32_t control) {
    return tulle_result(accept4(control, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

int32_t tulle_tell(int32_t client, void* from, int32_t at, int32_t count) {
    return tulle_result(send(client, tulle_range(from, at, count), count, MSG_NOSIGNAL));
}

void tulle_removeControl(void) {
    unlink(tulle_control.sun_path);
}

int32_t tulle_ask(void* path, void* to) {
    int file = tulle_unix(path, 0);
    if (file < 0) {
        return -errno;
    }
    if (tulle_connect(file) != 0) {
        int error = errno == ECONNREFUSED ? EPIPE : errno;
        close(file);
        return -error;
    }
    int32_t length = TEAVM_ARRAY_LENGTH(to);
    int32_t at = 0;
    int32_t octets;
    while ((octets = read(file, tulle_range(to, at, length - at), length - at)) > 0) {
        at += octets;
    }
    if (octets < 0) {
        return tulle_closing(file);
    }
    close(file);
    return at < length ? at : -EMSGSIZE;
}

// ---- Standard streams --------------------------------------------------------------------------

int32_t tulle_inputReady(void) {
    struct pollfd input = {.fd = 0, .events = POLLIN};
    return poll(&input, 1, 0) != 0;
}

int32_t tulle_readInput(void* to, int32_t at, int32_t count) {
    return tulle_result(read(0, tulle_range(to, at, count), count));
}

static int32_t tulle_writeOctets(int file, const void* octets, size_t count) {
    while (count > 0) {
        ssize_t written = write(file, octets, count);
        if (written >= 0) {
            octets = (const char*) octets + written;
            count -= written;
        } else if (errno == EAGAIN) {
            struct pollfd full = {.fd = file, .events = POLLOUT};
            poll(&full, 1, -1);
        } else if (errno != EINTR) {
            return -errno;
        }
        if (tulle_stopped && written < 0) {
            return -EINTR;
        }
    }
    return 0;
}

int32_t tulle_writeAll(int32_t file, void* from, int32_t at, int32_t count) {
    return tulle_writeOctets(file, tulle_range(from, at, count), count);
}

// A US-ASCII literal.
int32_t tulle_writeText(int32_t file, void* string) {
    TeaVM_Array* characters = ((TeaVM_String*) string)->characters;
    char octets[128];
    int32_t length = TEAVM_ARRAY_LENGTH(characters);
    int32_t result = 0;
    for (int32_t at = 0; at < length && result == 0; at += sizeof(octets)) {
        int32_t count = 0;
        while (count < (int32_t) sizeof(octets) && at + count < length) {
            octets[count] = (char) TEAVM_ARRAY_AT(characters, char16_t, at + count);
            count++;
        }
        result = tulle_writeOctets(file, octets, count);
    }
    return result;
}

int32_t tulle_terminal(int32_t file) {
    return isatty(file);
}

void tulle_exit(int32_t code) {
    _exit(code);
}

// ---- Files -------------------------------------------------------------------------------------

// A path as C wants it. Static: a program has one thread and needs two at most.
static char tulle_path[4096 + 64];

static int tulle_takePath(void* path, int32_t length) {
    if (length <= 0 || length >= 4096) {
        return -1;
    }
    memcpy(tulle_path, tulle_range(path, 0, length), length);
    tulle_path[length] = 0;
    return 0;
}

static void tulle_describe(const struct stat* from, void* to) {
    int64_t* status = TEAVM_ARRAY_DATA(to, int64_t);
    (void) tulle_range(to, 0, 3);
    status[0] = S_ISREG(from->st_mode) ? 0 : S_ISDIR(from->st_mode) ? 1 : S_ISLNK(from->st_mode) ? 2 : 3;
    status[1] = from->st_size;
    status[2] = from->st_mtime;
}

int32_t tulle_look(void* path, int32_t length, void* to) {
    struct stat status;
    if (tulle_takePath(path, length) != 0) {
        return -ENAMETOOLONG;
    }
    if (lstat(tulle_path, &status) != 0) {
        return -errno;
    }
    tulle_describe(&status, to);
    return 0;
}

int32_t tulle_open(void* path, int32_t length, void* to) {
    struct stat status;
    if (tulle_takePath(path, length) != 0) {
        return -ENAMETOOLONG;
    }
    int file = open(tulle_path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
    if (file < 0) {
        return -errno;
    }
    if (fstat(file, &status) != 0) {
        return tulle_closing(file);
    }
    if (!S_ISREG(status.st_mode)) {
        close(file);
        return -EISDIR;
    }
    tulle_describe(&status, to);
    return file;
}

int32_t tulle_readAt(int32_t file, int64_t offset, void* to, int32_t at, int32_t count) {
    return tulle_result(pread(file, tulle_range(to, at, count), count, offset));
}

int32_t tulle_openDirectory(void* path, int32_t length) {
    if (tulle_takePath(path, length) != 0) {
        return -ENAMETOOLONG;
    }
    return tulle_result(open(tulle_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

// What getdents64 fills in.
struct tulle_entry {
    uint64_t inode;
    int64_t next;
    uint16_t octets;
    uint8_t kind;
    char name[];
};

// Reads a few entries, takes the first that counts, and goes back to behind it: slow for a huge
// folder, but nothing has to be remembered between calls.
int32_t tulle_nextName(int32_t directory, void* to, int32_t at, int32_t count) {
    char entries[1024] __attribute__((aligned(8)));
    char* room = (char*) tulle_range(to, at, count);
    while (1) {
        long octets = syscall(SYS_getdents64, directory, entries, sizeof(entries));
        if (octets <= 0) {
            return tulle_result(octets);
        }
        struct tulle_entry* entry;
        for (long i = 0; i < octets; i += entry->octets) {
            entry = (struct tulle_entry*) (entries + i);
            size_t length = strlen(entry->name);
            int dots = entry->name[0] == '.' && (length == 1 || (length == 2 && entry->name[1] == '.'));
            size_t slash = entry->kind == DT_DIR;
            if (!dots && entry->kind != DT_LNK && length + slash <= (size_t) count) {
                memcpy(room, entry->name, length);
                if (slash) {
                    room[length++] = '/';
                }
                lseek(directory, entry->next, SEEK_SET);
                return (int32_t) length;
            }
        }
    }
}

// The file that is being created: its temporary name, and the one that it gets. Without a temporary
// name it is written in place, as a device or a pipe must be.
static char tulle_temporary[4096 + 64];
static char tulle_final[4096];

int32_t tulle_create(void* path, int32_t length) {
    struct stat status;
    if (tulle_takePath(path, length) != 0) {
        return -ENAMETOOLONG;
    }
    tulle_temporary[0] = 0;
    if (stat(tulle_path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return tulle_result(open(tulle_path, O_WRONLY | O_NOCTTY | O_CLOEXEC));
    }
    strcpy(tulle_final, tulle_path);
    char* name = strrchr(tulle_path, '/');
    name = name == NULL ? tulle_path : name + 1;
    if (*name == 0) {
        return -EISDIR;
    }
    strcpy(tulle_temporary, tulle_path);
    // A short name of its own, since the given one may be as long as a name can be.
    char* at = tulle_temporary + (name - tulle_path);
    strcpy(at, ".tulle-");
    at += 7;
    uint64_t bits = (uint64_t) tulle_entropy();
    for (int i = 0; i < 8; i++, bits >>= 4) {
        *at++ = "0123456789abcdef"[bits & 15];
    }
    *at = 0;
    int file = open(tulle_temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) {
        tulle_temporary[0] = 0;
    }
    return tulle_result(file);
}

int32_t tulle_createInPlace(void* path, int32_t length) {
    if (tulle_takePath(path, length) != 0) {
        return -ENAMETOOLONG;
    }
    return tulle_result(open(tulle_path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666));
}

int32_t tulle_commit(int32_t file) {
    int failed = close(file) != 0;
    if (tulle_temporary[0] != 0) {
        failed = failed || rename(tulle_temporary, tulle_final) != 0;
        if (failed) {
            int error = errno;
            unlink(tulle_temporary);
            errno = error;
        }
        tulle_temporary[0] = 0;
    }
    return failed ? -errno : 0;
}

void tulle_discard(int32_t file) {
    close(file);
    if (tulle_temporary[0] != 0) {
        unlink(tulle_temporary);
        tulle_temporary[0] = 0;
    }
}

void tulle_close(int32_t file) {
    close(file);
}

// Java decides by these, whatever their numbers are.
int32_t tulle_error(int32_t result) {
    switch (-result) {
        case EPERM:
        case EACCES:
        case EROFS:
            return 1;
        case ENOENT:
        case ENOTDIR:
        case ENODEV:
        case ENAMETOOLONG:
            return 2;
        case EAGAIN:
        case EINTR:
            return 3;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return 4;
        case EISDIR:
        case ELOOP:
        case ENXIO:
            return 5;
        case EMFILE:
        case ENFILE:
            return 6;
        case EPIPE:
            return 7;
        case EBUSY:
            return 8;
        case EINVAL:
            return 9;
        case ENETDOWN:
        case EIO:
            return 10;
        case EBADFD:
            return 11;
        case ENOBUFS:
        case ENOMEM:
            return 12;
        case EMSGSIZE:
            return 13;
        default:
            return 0;
    }
}
