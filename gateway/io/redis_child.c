/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The embedded redis-server (redis_child.h). It has no TCP port; only our user can open its socket. */
#include "redis_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

#define STEP_MS 10
#define TERM_PATIENCE_MS 5000
#define EXIT_NOT_FOUND 127

struct redis_child {
        pid_t pid; /* 0: has ended */
        int lock;
        struct sockaddr_un address;
};

static void pause_ms(long ms)
{
        nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

static result make_directory(struct arena *a, struct str directory)
{
        const char *path = arena_cstr(a, directory);
        if (mkdir(path, 0700) == 0 || errno == EEXIST)
                return OK;
        return fail(a, ERR_CONFIG, "cannot make the state directory %s: %s", path, strerror(errno));
}

/* The child inherits the lock: it is free only when both have ended. */
static result take_lock(struct arena *a, const struct redis_child_options *options, int *ret_lock)
{
        struct str path = ARENA_JOIN(a, options->directory, STR("/redis.lock"));
        int lock = open(path.data, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
        if (lock < 0)
                return fail(a, ERR_CONFIG, "cannot open %s: %s", path.data, strerror(errno));
        int64_t until = clock_monotonic_ms() + options->start_timeout_ms;
        while (flock(lock, LOCK_EX | LOCK_NB) < 0) {
                if (clock_monotonic_ms() >= until) {
                        close(lock);
                        return fail(a, ERR_CONFIG, "%s is locked: another gateway uses this state directory, or its "
                                                   "redis-server still runs (fuser %s names it)",
                                    path.data, path.data);
                }
                pause_ms(STEP_MS);
        }
        *ret_lock = lock;
        return OK;
}

static _Noreturn void become_redis(const struct redis_child_options *options, const char *directory,
                                   const char *socket_path, pid_t parent)
{
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        setpgid(0, 0); /* Ctrl-C is for the gateway, which still needs us while it stops */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
                _exit(EXIT_FAILURE);
        const char *program = options->program.len > 0 ? options->program.data : "redis-server";
        execlp(program, program, "--port", "0", "--unixsocket", socket_path, "--unixsocketperm", "700", "--dir",
               directory, "--appendonly", "yes", "--appendfsync", options->sync_always ? "always" : "everysec",
               "--save", "", "--daemonize", "no", "--supervised", "no", "--logfile", "redis.log", "--loglevel", "warning",
               "--databases", "1", "--maxmemory-policy", "noeviction", (char *)NULL);
        _exit(EXIT_NOT_FOUND);
}

enum answer { ANSWER_NONE = 0, ANSWER_WAIT, ANSWER_PONG };

/* One PING over a connection of its own. */
static enum answer ask(const struct sockaddr_un *address)
{
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return ANSWER_NONE;
        struct timeval patience = { .tv_sec = 1 };
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        char reply[64];
        ssize_t len = -1;
        if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 &&
            send(fd, "PING\r\n", 6, MSG_NOSIGNAL) == 6)
                len = recv(fd, reply, sizeof(reply), 0);
        close(fd);
        if (len <= 0)
                return ANSWER_NONE;
        return str_starts(str_slice(reply, (size_t)len), STR("+PONG")) ? ANSWER_PONG : ANSWER_WAIT;
}

static result wait_until_up(struct arena *a, struct redis_child *child, int timeout_ms)
{
        int64_t until = clock_monotonic_ms() + timeout_ms;
        while (ask(&child->address) != ANSWER_PONG) {
                int status;
                if (waitpid(child->pid, &status, WNOHANG) == child->pid) {
                        child->pid = 0;
                        bool missing = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOT_FOUND;
                        return fail(a, ERR_CONFIG, missing ? "redis-server is not installed"
                                                           : "redis-server ended at its start: see redis.log in the "
                                                             "state directory");
                }
                if (clock_monotonic_ms() >= until)
                        return fail(a, ERR_CONFIG, "redis-server did not answer in time: see redis.log in the state "
                                                   "directory");
                pause_ms(STEP_MS);
        }
        return OK;
}

static result start(struct arena *a, const struct redis_child_options *options, struct redis_child *child)
{
        TRY(make_directory(a, options->directory));
        char *directory = realpath(arena_cstr(a, options->directory), NULL);
        if (!directory)
                return fail(a, ERR_CONFIG, "cannot use the state directory: %s", strerror(errno));
        arena_own(a, directory, free);
        struct str path = ARENA_JOIN(a, str_from(directory), STR("/redis.sock"));
        if (path.len >= sizeof(child->address.sun_path))
                return fail(a, ERR_CONFIG, "the path of the state directory is too long for a unix socket (%zu bytes "
                                           "with the name, at most %zu)",
                            path.len, sizeof(child->address.sun_path) - 1);
        child->address.sun_family = AF_UNIX;
        memcpy(child->address.sun_path, path.data, path.len);
        TRY(take_lock(a, options, &child->lock));
        unlink(path.data); /* nobody listens on it: we hold the lock */
        struct redis_child_options copy = *options;
        copy.program = arena_copy(a, options->program);
        pid_t parent = getpid();
        child->pid = fork();
        if (child->pid < 0) {
                child->pid = 0;
                return fail(a, ERR_CONFIG, "cannot start a process: %s", strerror(errno));
        }
        if (child->pid == 0)
                become_redis(&copy, directory, path.data, parent);
        fcntl(child->lock, F_SETFD, FD_CLOEXEC); /* no other child of ours keeps it */
        return wait_until_up(a, child, options->start_timeout_ms);
}

result redis_child_start(struct arena *a, const struct redis_child_options *options, struct redis_child **ret_child)
{
        struct redis_child *child = calloc(1, sizeof(*child));
        if (!child)
                abort();
        child->lock = -1;
        result started = start(a, options, child);
        if (!is_ok(started)) {
                redis_child_stop(child);
                return started;
        }
        *ret_child = child;
        return OK;
}

struct str redis_child_find(struct arena *a, struct str directory)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        char *folder = realpath(arena_cstr(a, directory), NULL);
        if (!folder)
                return STR("");
        arena_own(a, folder, free);
        struct str path = ARENA_JOIN(a, str_from(folder), STR("/redis.sock"));
        if (path.len >= sizeof(address.sun_path))
                return STR("");
        memcpy(address.sun_path, path.data, path.len);
        return ask(&address) == ANSWER_NONE ? STR("") : path;
}

struct str redis_child_socket(const struct redis_child *child)
{
        return str_from(child->address.sun_path);
}

bool redis_child_is_running(struct redis_child *child)
{
        if (child->pid > 0 && waitpid(child->pid, NULL, WNOHANG) != 0)
                child->pid = 0;
        return child->pid > 0;
}

void redis_child_stop(struct redis_child *child)
{
        if (!child)
                return;
        if (redis_child_is_running(child))
                kill(child->pid, SIGTERM);
        int64_t until = clock_monotonic_ms() + TERM_PATIENCE_MS;
        while (redis_child_is_running(child)) {
                if (clock_monotonic_ms() >= until)
                        kill(child->pid, SIGKILL);
                pause_ms(STEP_MS);
        }
        if (child->lock >= 0)
                close(child->lock);
        free(child);
}
