// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The kernel's end of every benchmark, with plain blocking sockets: the peer of Tulle, and both ends
// where the kernel talks to itself.
//
//   peer serve WHAT PORT [CONTROL]  WHAT: sink, source, echo or accept; one connection at a time;
//                                   CONTROL: the congestion control to send with
//   peer receive HOST PORT SECONDS  the server receives: we send      -> octets, seconds
//   peer send HOST PORT SECONDS     the server sends: we receive      -> octets, seconds
//   peer fetch HOST PORT OCTETS        the same until so much is here  -> octets, seconds
//   peer round_trips HOST PORT SECONDS                                -> round trips, seconds
//   peer connections HOST PORT SECONDS                                -> connections, seconds
//
// The clients print "COUNT SECONDS".
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// What one read or write moves at most: the same as Tulle's perf program uses.
#define BLOCK 65536

static char block[BLOCK];

static void fail(const char *what) {
  fprintf(stderr, "peer: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void no_delay(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void serve(const char *what, int port, const char *control) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (control && setsockopt(listener, IPPROTO_TCP, TCP_CONGESTION, control, strlen(control))) {
    fail(control);
  }
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) {
    fail("listen");
  }
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) {
      fail("accept");
    }
    no_delay(fd);
    if (*what == 'e') {
      while (read(fd, block, 1) == 1 && write(fd, block, 1) == 1) {
      }
    } else if (what[1] == 'o') {
      while (write(fd, block, BLOCK) > 0) {
      }
    } else if (*what == 's') {
      while (read(fd, block, BLOCK) > 0) {
      }
    }
    close(fd);
  }
}

static int connected(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) {
    fail("connect");
  }
  no_delay(fd);
  return fd;
}

// A close that leaves no TIME-WAIT behind on either side, so that ports do not run out.
static void drop(int fd) {
  struct linger at_once = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(fd);
}

static void print(uint64_t count, double begun) {
  printf("%llu %.6f\n", (unsigned long long)count, now() - begun);
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  const char *what = argc > 1 ? argv[1] : "";
  if ((argc == 4 || argc == 5) && !strcmp(what, "serve")) {
    serve(argv[2], atoi(argv[3]), argv[4]);
  }
  if (argc != 5) {
    fprintf(stderr, "peer: used wrongly\n");
    return 2;
  }
  const char *host = argv[2];
  int port = atoi(argv[3]);
  double seconds = atof(argv[4]);
  uint64_t count = 0;
  ssize_t n;
  if (!strcmp(what, "connections")) {
    double begun = now();
    for (; now() - begun < seconds; count++) {
      int fd = connected(host, port);
      if (read(fd, block, 1) != 0) {
        fail("no end of the stream");
      }
      drop(fd);
    }
    print(count, begun);
    return 0;
  }
  int fd = connected(host, port);
  double begun = now();
  if (!strcmp(what, "receive")) {
    for (; now() - begun < seconds; count += n) {
      if ((n = write(fd, block, BLOCK)) < 0) {
        fail("write");
      }
    }
    // It counts when the server has taken all of it and closed.
    shutdown(fd, SHUT_WR);
    if (read(fd, block, 1) != 0) {
      fail("no end of the stream");
    }
  } else if (!strcmp(what, "send")) {
    for (; now() - begun < seconds; count += n) {
      if ((n = read(fd, block, BLOCK)) <= 0) {
        fail("read");
      }
    }
  } else if (!strcmp(what, "fetch")) {
    for (; count < seconds; count += n) {
      if ((n = read(fd, block, BLOCK)) <= 0) {
        fail("read");
      }
    }
  } else {
    for (; now() - begun < seconds; count++) {
      if (write(fd, block, 1) != 1 || read(fd, block, 1) != 1) {
        fail("round trip");
      }
    }
  }
  print(count, begun);
  drop(fd);
  return 0;
}
