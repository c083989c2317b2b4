/*
 * The first process of an algorithm's container: launch FORMAT MESSAGE LOG-FOLDER HEAD TAIL SHOWN PATIENCE
 * FILE-SIZE COMMAND [ARGUMENT...]
 *
 * Runs COMMAND and ends with its exit code (128 and the signal's number where a signal ended it). What it prints goes
 *   - to LOG-FOLDER/algorithm.log, up to HEAD bytes;
 *   - then to algorithm.log.1, which becomes algorithm.log.2 at TAIL bytes, so that the last is kept too; an empty
 *     algorithm.log.gap says that something in between was let go;
 *   - to its own output, up to SHOWN bytes, so that a flood neither fills a node's disk nor gets the pod evicted for it.
 * The files are written at once: they stay when the container is killed, its pod evicted, its node's log rotated.
 *
 * A cluster may enforce its network policies some time after a pod has started, or not at all. So with a PATIENCE other than
 * 0, COMMAND runs only once the API server, which every cluster has and every policy that denies all shuts off, can't be
 * connected to, twice in a row; and never where that can't be said after PATIENCE seconds.
 *
 * The signals that runtimes end a container with go to all its other processes. Whether one came, that the network was open, or
 * that the command could not be started, is told in MESSAGE, the termination message: the kubelet says why it ends a pod only
 * after it says that the container has ended.
 *
 * No file that COMMAND writes may be larger than FILE-SIZE bytes, also where a cluster counts nothing, as in the termination message.
 *
 * FORMAT is 1. The one that stage-in lays down may be older than the server that starts the algorithm, so another is refused.
 *
 * Linked statically, so it runs in any image, with a shell or without. No thread, no heap, no dependence but the kernel.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* An answer within a cluster takes a few; what is dropped never comes. */
#ifndef ANSWER_MILLIS
#define ANSWER_MILLIS 500
#endif

enum {
    FORMAT = 1,
    NOT_FOUND = 127,
    NOT_RUN = 126,
    BUFFER = 64 * 1024,
    LAST_WORDS = 1024 * 1024,
    BETWEEN_MILLIS = 100,
    OPEN_FILES = 1024
};

static volatile sig_atomic_t told = 0;

static const int PASSED_ON[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH};
static const char *message;
static pid_t command = -1;

/* As process 1 of a container "all others" are those of the container; anywhere else they would be the machine's. */
static void on_signal(int number) {
    told = number;
    int error = errno;
    if (command > 0) kill(getpid() == 1 ? -1 : command, number);
    errno = error;
}

static void on_child(int number) { (void) number; }

static int folder = -1;
static int file = -1;
static int in_head = 1;
static long long room, tail_size, shown, file_size;

static int create(const char *name) {
    return openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
}

/* All of it, or as much as can be written: a full disk must not end the algorithm. */
static int write_all(int to, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t done = write(to, bytes, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return -1;
        bytes += done;
        length -= (size_t) done;
    }
    return 0;
}

/* The head is full, or a tail is: what was the last tail makes way. */
static void turn_over(void) {
    if (file >= 0) close(file);
    if (!in_head) {
        if (faccessat(folder, "algorithm.log.2", F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
            int gap = create("algorithm.log.gap");
            if (gap >= 0) close(gap);
        }
        renameat(folder, "algorithm.log.1", folder, "algorithm.log.2");
    }
    in_head = 0;
    room = tail_size;
    file = create("algorithm.log.1");
}

static void keep(const char *bytes, size_t length) {
    while (length > 0) {
        if (room == 0) turn_over();
        size_t part = (long long) length < room ? length : (size_t) room;
        if (file >= 0 && write_all(file, bytes, part) < 0 && errno != ENOSPC && errno != EDQUOT) {
            close(file);
            file = -1;
        }
        room -= (long long) part;
        bytes += part;
        length -= part;
    }
}

static void show(const char *bytes, size_t length) {
    static const char more[] = "\n[... the rest is in the job's log alone ...]\n";
    if (shown <= 0) return;
    size_t part = (long long) length < shown ? length : (size_t) shown;
    if (write_all(STDOUT_FILENO, bytes, part) < 0) {
        shown = 0;
        return;
    }
    shown -= (long long) part;
    if (shown == 0) write_all(STDOUT_FILENO, more, sizeof more - 1);
}

/* Reads once; 0 at the end of the output, or where there is none just now. */
static ssize_t take(int from) {
    static char buffer[BUFFER];
    ssize_t length = read(from, buffer, sizeof buffer);
    if (length > 0) {
        keep(buffer, (size_t) length);
        show(buffer, (size_t) length);
    }
    return length;
}

static void leave_message(const char *json) {
    int to = open(message, O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (to >= 0) {
        write_all(to, json, strlen(json));
        close(to);
    }
}

static int cannot_start(const char *name, int error) {
    char text[512];
    int length = snprintf(text, sizeof text, "%s: %s\n", name, strerror(error));
    if (length > (int) sizeof text - 1) length = (int) sizeof text - 1;
    keep(text, (size_t) length);
    show(text, (size_t) length);
    snprintf(text, sizeof text, "{\"format\":1,\"errno\":%d}", error);
    leave_message(text);
    return error == ENOENT ? NOT_FOUND : NOT_RUN;
}

static long long number(const char *text, long long least) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || end == text || value < least) {
        fprintf(stderr, "launch: not a number from %lld on: %s\n", least, text);
        exit(NOT_RUN);
    }
    return value;
}

static long long now_millis(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

enum look { OPEN, SHUT, UNKNOWN };

/* Whether a TCP connection to the address that the kubelet gives to every container comes about. */
static enum look look_at_api_server(const char *host, const char *port) {
    if (!host || !port) return UNKNOWN;
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((unsigned short) atoi(port))};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = v4.sin_port};
    int is_v4 = inet_pton(AF_INET, host, &v4.sin_addr) == 1;
    if (!is_v4 && inet_pton(AF_INET6, host, &v6.sin6_addr) != 1) return UNKNOWN;
    int to = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (to < 0) return UNKNOWN;
    int done = is_v4 ? connect(to, (struct sockaddr *) &v4, sizeof v4) : connect(to, (struct sockaddr *) &v6, sizeof v6);
    int error = done == 0 ? 0 : errno;
    enum look seen = error == 0 ? OPEN : SHUT;
    if (error == EINPROGRESS) {
        struct pollfd wait = {.fd = to, .events = POLLOUT};
        socklen_t size = sizeof error;
        int ready = poll(&wait, 1, ANSWER_MILLIS);
        if (ready < 0 || (ready == 1 && getsockopt(to, SOL_SOCKET, SO_ERROR, &error, &size) < 0)) seen = UNKNOWN;
        else seen = ready == 1 && error == 0 ? OPEN : SHUT;
    }
    close(to);
    return seen;
}

/* Whether the network is shut off, now or within so many seconds. One look may miss an answer, or come before there is a network. */
static int is_shut_off(long long patience) {
    const char *host = getenv("KUBERNETES_SERVICE_HOST"), *port = getenv("KUBERNETES_SERVICE_PORT");
    long long end = now_millis() + patience * 1000;
    int in_a_row = 0;
    while (!told) {
        in_a_row = look_at_api_server(host, port) == SHUT ? in_a_row + 1 : 0;
        if (in_a_row == 2) return !told;
        if (now_millis() >= end) return 0;
        struct timespec pause = {.tv_nsec = BETWEEN_MILLIS * 1000000L};
        nanosleep(&pause, NULL);
    }
    return 0;
}

/* Reaps whatever has ended; whether the command itself has. */
static int reap(int *status) {
    int ended = 0, each;
    pid_t pid;
    while ((pid = waitpid(-1, &each, WNOHANG)) > 0) {
        if (pid == command) {
            *status = each;
            ended = 1;
        }
    }
    return ended;
}

static pid_t start(char **words, int output, int failure) {
    pid_t pid = fork();
    if (pid != 0) return pid;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    struct rlimit size = {(rlim_t) file_size, (rlim_t) file_size}, open_files = {OPEN_FILES, OPEN_FILES};
    setrlimit(RLIMIT_FSIZE, &size);
    setrlimit(RLIMIT_NOFILE, &open_files);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvp(words[0], words);
    int error = errno;
    write_all(failure, (const char *) &error, sizeof error);
    _exit(NOT_FOUND);
}

static void handle_signals(sigset_t *held) {
    struct sigaction passed = {.sa_handler = on_signal}, child = {.sa_handler = on_child};
    sigemptyset(held);
    /* What was held back from whoever started this is not to be held back here. */
    sigprocmask(SIG_SETMASK, held, NULL);
    sigaddset(held, SIGCHLD);
    sigaction(SIGCHLD, &child, NULL);
    for (size_t i = 0; i < sizeof PASSED_ON / sizeof *PASSED_ON; i++) {
        sigaddset(held, PASSED_ON[i]);
        sigaction(PASSED_ON[i], &passed, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

/* Keeps what comes until the command has ended. Its wait status. */
static int follow(int output, const sigset_t *held, const sigset_t *open_mask) {
    int status = 0;
    struct pollfd wait = {.fd = output, .events = POLLIN};
    while (!reap(&status)) {
        int ready = ppoll(&wait, 1, NULL, open_mask);
        if (ready > 0 && take(output) == 0) wait.fd = -1;
        /* ppoll lets signals in only when it has to wait, which it never does while the command prints without pause. */
        sigprocmask(SIG_SETMASK, open_mask, NULL);
        sigprocmask(SIG_BLOCK, held, NULL);
    }
    /* What it had printed by then; what it left behind could go on for ever. */
    for (long long left = LAST_WORDS; left > 0;) {
        ssize_t length = take(output);
        if (length <= 0) break;
        left -= length;
    }
    return status;
}

static int run(char **words, const sigset_t *held, const sigset_t *open_mask) {
    int output[2], failure[2];
    if (pipe2(output, O_CLOEXEC) < 0 || pipe2(failure, O_CLOEXEC) < 0) return cannot_start(words[0], errno);
    command = start(words, output[1], failure[1]);
    close(output[1]);
    close(failure[1]);
    int error = 0;
    if (command < 0) return cannot_start(words[0], errno);
    if (read(failure[0], &error, sizeof error) == sizeof error) {
        waitpid(command, NULL, 0);
        return cannot_start(words[0], error);
    }
    close(failure[0]);
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    int status = follow(output[0], held, open_mask);
    if (told) leave_message("{\"format\":1,\"told\":true}");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int count, char **words) {
    if (count < 10 || number(words[1], 1) != FORMAT) {
        fprintf(stderr, "launch: 1 MESSAGE LOG-FOLDER HEAD TAIL SHOWN PATIENCE FILE-SIZE COMMAND [ARGUMENT...]\n");
        return NOT_RUN;
    }
    message = words[2];
    folder = open(words[3], O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        fprintf(stderr, "launch: %s: %s\n", words[3], strerror(errno));
        return NOT_RUN;
    }
    room = number(words[4], 1);
    tail_size = number(words[5], 1);
    shown = number(words[6], 1);
    long long patience = number(words[7], 0);
    file_size = number(words[8], 1);
    file = create("algorithm.log");

    sigset_t held, open_mask;
    handle_signals(&held);
    if (patience > 0 && !is_shut_off(patience) && !told) {
        static const char text[] = "launch: the network of this pod is not shut off\n";
        keep(text, sizeof text - 1);
        show(text, sizeof text - 1);
        leave_message("{\"format\":1,\"open\":true}");
        return NOT_RUN;
    }
    /* From here on signals come only where they are let in, so none is missed between a look and a wait. */
    sigprocmask(SIG_BLOCK, &held, &open_mask);
    /* Told before there was a command to pass it on to. It breaks off a look at the network as well, which then knows nothing. */
    if (told) {
        leave_message("{\"format\":1,\"told\":true}");
        return 128 + told;
    }
    return run(words + 9, &held, &open_mask);
}
