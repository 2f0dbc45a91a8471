/*
 * Load for every echo server: n connections, each with one message of 64 bytes on its way.
 *
 *   echo_client ADDRESS CONNECTIONS WARM_UP_MS DURATION_MS [PID]
 *
 * ADDRESS is a TCP port of this machine, or the path of a Unix socket. Prints one object of JSON:
 * messages, seconds, p50 and p99 in microseconds, and with PID the CPU seconds that process used.
 * The warm-up lasts until every connection has had an answer, however long accepting them takes,
 * and a slice until there was one.
 * Messages end in a newline, so the same load serves line servers.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, EVENTS = 1024 };

struct connection { int fd; int missing, served; double sent; };

static char message[MESSAGE];
static float *latencies;
static size_t count, room, unserved;

static void die(const char *what) { perror(what); exit(1); }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int dial(const char *address) {
  struct sockaddr_un local = { .sun_family = AF_UNIX };
  struct sockaddr_in internet = { .sin_family = AF_INET, .sin_port = htons(atoi(address)) };
  struct sockaddr *to = (struct sockaddr *)&internet;
  socklen_t size = sizeof internet;
  internet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (strchr(address, '/')) {
    strncpy(local.sun_path, address, sizeof local.sun_path - 1);
    to = (struct sockaddr *)&local, size = sizeof local;
  }
  int fd = socket(to->sa_family, SOCK_STREAM, 0), one = 1;
  if (fd < 0 || connect(fd, to, size) < 0) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void ask(struct connection *c) {
  c->missing = MESSAGE;
  c->sent = now();
  if (send(c->fd, message, MESSAGE, 0) != MESSAGE) die("send");
}

static void record(double latency) {
  if (count == room && !(latencies = realloc(latencies, (room = 2 * room + 1024) * sizeof(float))))
    die("realloc");
  latencies[count++] = latency;
}

/* Takes what has come. Once a whole message is back, records how long it took and asks again. */
static void answer(struct connection *c) {
  char buffer[MESSAGE];
  ssize_t n = recv(c->fd, buffer, c->missing, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) die("recv");
  if (memcmp(buffer, message + MESSAGE - c->missing, n)) die("the echo differs");
  if (c->missing -= n) return;
  if (!c->served++) unserved--;
  record(now() - c->sent);
  ask(c);
}

static void serve(int ep, double end) {
  struct epoll_event events[EVENTS];
  do {
    int n = epoll_wait(ep, events, EVENTS, 100);
    for (int i = 0; i < n; i++) answer(events[i].data.ptr);
  } while (now() < end);
}

/* User and system time of all the threads of a process, in seconds. */
static double cpu(const char *pid) {
  char path[64], line[1024];
  unsigned long user, system;
  snprintf(path, sizeof path, "/proc/%s/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file || !fgets(line, sizeof line, file)) die(path);
  fclose(file);
  sscanf(strrchr(line, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double percentile(double share) {
  return count ? latencies[(size_t)(share * (count - 1))] * 1e3 : 0;
}

int main(int argc, char **argv) {
  if (argc < 5) return fprintf(stderr, "usage: %s address connections warm-up duration [pid]\n", *argv), 2;
  int connections = atoi(argv[2]), ep = epoll_create1(0);
  struct connection *all = calloc(connections, sizeof *all);
  for (int i = 0; i < MESSAGE; i++) message[i] = i == MESSAGE - 1 ? '\n' : 'a' + i % 26;
  for (int i = 0; i < connections; i++) {
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = all + i };
    all[i].fd = dial(argv[1]);
    if (epoll_ctl(ep, EPOLL_CTL_ADD, all[i].fd, &event) < 0) die("epoll_ctl");
  }
  for (int i = 0; i < connections; i++) ask(all + i);
  unserved = connections;
  do serve(ep, now() + atof(argv[3])); while (unserved);
  count = 0;
  double used = argc > 5 ? cpu(argv[5]) : 0, start = now();
  do serve(ep, start + atof(argv[4])); while (!count);
  double seconds = (now() - start) / 1e3;
  used = argc > 5 ? cpu(argv[5]) - used : 0;
  qsort(latencies, count, sizeof *latencies, ascending);
  printf("{\"messages\": %zu, \"seconds\": %f, \"p50\": %f, \"p99\": %f, \"cpu\": %f}\n",
         count, seconds, percentile(0.5), percentile(0.99), used);
}
