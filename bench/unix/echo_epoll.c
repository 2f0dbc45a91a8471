/*
 * The yardstick: an echo server that does nothing but the system calls, level-triggered.
 * Listens on a TCP port of its own choice, or on the Unix socket named by its argument.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { EVENTS = 1024, BACKLOG = 1024 };

static char buffer[65536];

static void die(const char *what) { perror(what); exit(1); }

static int listen_local(const char *path) {
  struct sockaddr_un at = { .sun_family = AF_UNIX };
  strncpy(at.sun_path, path, sizeof at.sun_path - 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, BACKLOG) < 0) die(path);
  printf("%s\n", path);
  return fd;
}

static int listen_internet(void) {
  struct sockaddr_in at = { .sin_family = AF_INET };
  socklen_t size = sizeof at;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, BACKLOG) < 0) die("listen");
  getsockname(fd, (struct sockaddr *)&at, &size);
  printf("%d\n", ntohs(at.sin_port));
  return fd;
}

static void watch(int ep, int fd) {
  struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
  if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static void welcome(int ep, int listener) {
  int one = 1, fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    watch(ep, fd);
  }
}

static void echo(int fd) {
  ssize_t n = read(fd, buffer, sizeof buffer), sent = 0;
  if (n < 0 && errno == EAGAIN) return;
  while (n > 0 && sent < n) {
    ssize_t m = write(fd, buffer + sent, n - sent);
    if (m >= 0) sent += m;
    else if (errno == EAGAIN) poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
    else n = -1;
  }
  if (n <= 0) close(fd);
}

int main(int argc, char **argv) {
  struct epoll_event events[EVENTS];
  int ep = epoll_create1(0), listener = argc > 1 ? listen_local(argv[1]) : listen_internet();
  fflush(stdout);
  watch(ep, listener);
  for (;;) {
    int n = epoll_wait(ep, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      if (events[i].data.fd == listener) welcome(ep, listener);
      else echo(events[i].data.fd);
    }
  }
}
