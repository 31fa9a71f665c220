// Puts a server that speaks lines over its standard streams under load, and measures. In C, so that what is measured is the
// server and not the one who measures.
//
//   load start COUNT HELLO -- COMMAND …              from the start of the process to its first line, COUNT times
//   load roundtrip COUNT HELLO REST WANTED -- …      one call after the other
//   load pipeline COUNT HELLO REST WANTED -- …       as fast as the server takes them
//   load memory COUNT HELLO REST WANTED -- …         pipelined in ten parts; its memory after each
//
// HELLO is the first line to send ("-" for none: then no answer is awaited). REST follows {"jsonrpc":"2.0","id":N, in each
// request. WANTED must stand in each answer. The result is one JSON object on standard output; failures end with 1.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what) {
  fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// MARK: The server

static pid_t server;
static int to_server, from_server;

static void start(char **command) {
  int input[2], output[2];
  if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC)) fail("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], 0);
  posix_spawn_file_actions_adddup2(&actions, output[1], 1);
  errno = posix_spawnp(&server, command[0], &actions, NULL, command, environ);
  if (errno) fail(command[0]);
  posix_spawn_file_actions_destroy(&actions);
  close(input[0]);
  close(output[1]);
  to_server = input[1];
  from_server = output[0];
}

static void stop(void) {
  close(to_server);
  char rest[4096];
  while (read(from_server, rest, sizeof rest) > 0) {}
  close(from_server);
  int status = 0;
  while (waitpid(server, &status, 0) < 0 && errno == EINTR) {}
  errno = 0;
  if (status != 0) fail("the server did not end with 0");
}

static void send_bytes(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(to_server, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("the server takes no more input");
    bytes += written;
    count -= (size_t)written;
  }
}

// What has been read: the current line from `line_start`, and everything after it up to `filled`.
static char buffer[1 << 22];
static size_t line_start, line_size, filled;

// The next line, with a zero in the place of its end.
static const char *receive_line(void) {
  line_start += line_size;
  line_size = 0;
  size_t searched = line_start;
  for (;;) {
    char *end = memchr(buffer + searched, '\n', filled - searched);
    if (end) {
      *end = 0;
      line_size = (size_t)(end + 1 - (buffer + line_start));
      return buffer + line_start;
    }
    searched = filled;
    if (sizeof buffer - filled < 1 << 16) {
      memmove(buffer, buffer + line_start, filled - line_start);
      filled -= line_start;
      searched -= line_start;
      line_start = 0;
      if (sizeof buffer - filled < 1 << 16) fail("a line is too long");
    }
    ssize_t count = read(from_server, buffer + filled, sizeof buffer - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("the server ended too early");
    filled += (size_t)count;
  }
}

static void greet(const char *hello) {
  if (!strcmp(hello, "-")) return;
  send_bytes(hello, strlen(hello));
  send_bytes("\n", 1);
  receive_line();
  const char *ready = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n";
  send_bytes(ready, strlen(ready));
}

// MARK: Figures

static int compare(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return difference < 0 ? -1 : difference > 0;
}

static void print_times(double *seconds, long count, size_t answer) {
  double first = seconds[0];
  qsort(seconds, (size_t)count, sizeof *seconds, compare);
  printf(
    "{\"count\":%ld,\"first\":%.1f,\"least\":%.1f,\"median\":%.1f,\"p95\":%.1f,\"p99\":%.1f,\"most\":%.1f,"
    "\"answerBytes\":%zu}\n",
    count, first * 1e6, seconds[0] * 1e6, seconds[count / 2] * 1e6, seconds[count * 95 / 100] * 1e6,
    seconds[count * 99 / 100] * 1e6, seconds[count - 1] * 1e6, answer);
}

// A line of /proc/PID/status in KiB.
static long memory(const char *name) {
  char path[64], text[256];
  snprintf(path, sizeof path, "/proc/%d/status", server);
  FILE *file = fopen(path, "r");
  long kilobytes = 0;
  while (file && fgets(text, sizeof text, file))
    if (!strncmp(text, name, strlen(name))) kilobytes = atol(text + strlen(name) + 1);
  if (file) fclose(file);
  return kilobytes;
}

// MARK: Kinds of load

static void measure_start(long count, const char *hello, char **command) {
  double *seconds = calloc((size_t)count, sizeof *seconds);
  for (long i = 0; i < count; i++) {
    line_start = line_size = filled = 0;
    double begun = now();
    start(command);
    send_bytes(hello, strlen(hello));
    send_bytes("\n", 1);
    if (!strstr(receive_line(), "\"result\"")) fail("the first answer is no result");
    seconds[i] = now() - begun;
    stop();
  }
  print_times(seconds, count, 0);
}

static char *request(char *into, long id, const char *rest) {
  return into + sprintf(into, "{\"jsonrpc\":\"2.0\",\"id\":%ld,%s\n", id, rest);
}

static void measure_roundtrip(long count, const char *rest, const char *wanted) {
  double *seconds = calloc((size_t)count, sizeof *seconds);
  char *text = malloc(strlen(rest) + 64);
  size_t answer = 0;
  long warm = count / 10 + 1;
  for (long i = -warm; i < count; i++) {
    char *end = request(text, i + warm + 1, rest);
    double begun = now();
    send_bytes(text, (size_t)(end - text));
    const char *got = receive_line();
    if (i >= 0) seconds[i] = now() - begun;
    answer = line_size;
    if (!strstr(got, wanted)) fail("an answer is not the one that was wanted");
  }
  print_times(seconds, count, answer);
}

struct stream {
  long first, count;
  const char *rest;
};

static void *send_stream(void *argument) {
  struct stream *stream = argument;
  size_t size = 1 << 16, used = 0;
  char *batch = malloc(size + strlen(stream->rest) + 64);
  for (long i = 0; i < stream->count; i++) {
    used = (size_t)(request(batch + used, stream->first + i, stream->rest) - batch);
    if (used >= size || i + 1 == stream->count) {
      send_bytes(batch, used);
      used = 0;
    }
  }
  free(batch);
  return NULL;
}

// Sends and receives at the same time, and returns the seconds it took.
static double run_stream(long first, long count, const char *rest, const char *wanted) {
  struct stream stream = {first, count, rest};
  pthread_t sender;
  double begun = now();
  if (pthread_create(&sender, NULL, send_stream, &stream)) fail("no thread");
  for (long i = 0; i < count; i++)
    if (!strstr(receive_line(), wanted)) fail("an answer is not the one that was wanted");
  double seconds = now() - begun;
  pthread_join(sender, NULL);
  return seconds;
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  int dashes = 1;
  while (dashes < argc && strcmp(argv[dashes], "--")) dashes++;
  if (dashes < 4 || dashes + 1 >= argc) fail("usage: load MODE COUNT HELLO [REST WANTED] -- COMMAND …");
  const char *mode = argv[1], *hello = argv[3];
  long count = atol(argv[2]);
  char **command = argv + dashes + 1;
  if (!strcmp(mode, "start")) {
    measure_start(count, hello, command);
    return 0;
  }
  if (dashes < 6) fail("REST and WANTED are missing");
  const char *rest = argv[4], *wanted = argv[5];
  start(command);
  greet(hello);
  if (!strcmp(mode, "roundtrip")) {
    measure_roundtrip(count, rest, wanted);
  } else if (!strcmp(mode, "pipeline")) {
    run_stream(1, count / 10 + 1, rest, wanted);
    double seconds = run_stream(count, count, rest, wanted);
    printf("{\"count\":%ld,\"seconds\":%.3f,\"perSecond\":%.0f}\n", count, seconds, (double)count / seconds);
  } else if (!strcmp(mode, "memory")) {
    long begin = memory("VmRSS"), part = count / 10;
    printf("{\"atStart\":%ld,\"after\":[", begin);
    for (int i = 0; i < 10; i++) {
      run_stream(1 + i * part, part, rest, wanted);
      printf("%s%ld", i ? "," : "", memory("VmRSS"));
    }
    printf("],\"peak\":%ld,\"anonymous\":%ld}\n", memory("VmHWM"), memory("RssAnon"));
  } else {
    fail("the mode is start, roundtrip, pipeline or memory");
  }
  stop();
  return 0;
}
