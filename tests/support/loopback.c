/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Raw HTTP/1.1 over loopback for tests (loopback.h): blocking sockets, one thread per upstream connection. */
#include "loopback.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_SECONDS 20
#define RULES_MAX 64
#define REQUESTS_KEPT 256
#define CONNECTIONS_MAX 256
#define REQUEST_MAX 65536

static void set_patience(int fd)
{
        struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

static struct sockaddr_in loopback(int port)
{
        return (struct sockaddr_in){
                .sin_family = AF_INET,
                .sin_port = htons((unsigned short)port),
                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        };
}

/* ---- client ---- */

int client_connect(int port)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in address = loopback(port);
        set_patience(fd);
        if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
                return fd;
        close(fd);
        return -1;
}

bool client_send(int fd, const char *bytes, size_t len)
{
        while (len > 0) {
                ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
                if (sent <= 0)
                        return false;
                bytes += sent;
                len -= (size_t)sent;
        }
        return true;
}

bool client_send_text(int fd, const char *text)
{
        return client_send(fd, text, strlen(text));
}

bool client_header(const struct client_reply *reply, const char *name, char *value, size_t size)
{
        size_t name_len = strlen(name);
        for (const char *line = strstr(reply->header, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
                const char *at = line + 2;
                if (strncasecmp(at, name, name_len) != 0 || at[name_len] != ':')
                        continue;
                at += name_len + 1;
                at += strspn(at, " ");
                snprintf(value, size, "%.*s", (int)strcspn(at, "\r"), at);
                return true;
        }
        return false;
}

static bool read_head(int fd, struct client_reply *r)
{
        size_t len = 0;
        while (len < sizeof(r->header) - 1) {
                if (recv(fd, r->header + len, 1, 0) <= 0)
                        return false;
                r->header[++len] = '\0';
                if (len >= 4 && memcmp(r->header + len - 4, "\r\n\r\n", 4) == 0)
                        return true;
        }
        return false;
}

void client_read(int fd, bool head, struct client_reply *r)
{
        memset(r, 0, sizeof(*r));
        if (!read_head(fd, r)) {
                r->closed = true;
                return;
        }
        r->status = (r->header[9] - '0') * 100 + (r->header[10] - '0') * 10 + (r->header[11] - '0');
        if (r->status == 100) {
                client_read(fd, head, r);
                return;
        }
        char length[32] = "0";
        client_header(r, "Content-Length", length, sizeof(length));
        size_t want = 0;
        sscanf(length, "%zu", &want);
        while (!head && r->body_len < want && r->body_len < sizeof(r->body) - 1) {
                ssize_t got = recv(fd, r->body + r->body_len, want - r->body_len, 0);
                if (got <= 0)
                        break;
                r->body_len += (size_t)got;
        }
        char connection[32] = "";
        r->closed = client_header(r, "Connection", connection, sizeof(connection)) &&
                    strcasecmp(connection, "close") == 0;
}

size_t client_wait_closed(int fd)
{
        size_t total = 0;
        char bytes[4096];
        for (ssize_t got = recv(fd, bytes, sizeof(bytes), 0); got > 0; got = recv(fd, bytes, sizeof(bytes), 0))
                total += (size_t)got;
        return total;
}

void client_exchange(int port, const char *request, struct client_reply *r)
{
        memset(r, 0, sizeof(*r));
        int fd = client_connect(port);
        if (fd < 0)
                return;
        client_send(fd, request, strlen(request));
        client_read(fd, strncmp(request, "HEAD ", 5) == 0, r);
        close(fd);
}

void client_get(int port, const char *path, struct client_reply *r)
{
        char request[4096];
        snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
        client_exchange(port, request, r);
}

/* ---- upstream ---- */

struct upstream {
        int listener;
        int port;
        pthread_t acceptor;
        pthread_t threads[CONNECTIONS_MAX];
        int sockets[CONNECTIONS_MAX];
        unsigned connections;
        unsigned requests;
        unsigned releases;
        bool stopping;
        pthread_mutex_t mutex;
        pthread_cond_t changed;
        struct {
                const char *path;
                const char *reply;
                bool once;
                bool used;
        } rules[RULES_MAX];
        size_t rule_count;
        char *kept[REQUESTS_KEPT]; /* the first requests */
        char last[REQUEST_MAX];
};

struct connection {
        struct upstream *upstream;
        int fd;
};

static bool read_request(int fd, char *text, size_t size)
{
        size_t len = 0;
        const char *end = NULL;
        text[0] = '\0';
        while (!end && len < size - 1) {
                ssize_t got = recv(fd, text + len, size - 1 - len, 0);
                if (got <= 0)
                        return false;
                len += (size_t)got;
                text[len] = '\0';
                end = strstr(text, "\r\n\r\n");
        }
        size_t body = 0;
        const char *length = strcasestr(text, "\r\nContent-Length:");
        if (length && length < end)
                sscanf(length + 17, "%zu", &body);
        while (end && len < (size_t)(end - text) + 4 + body && len < size - 1) {
                ssize_t got = recv(fd, text + len, size - 1 - len, 0);
                if (got <= 0)
                        return false;
                len += (size_t)got;
                text[len] = '\0';
        }
        return end;
}

static bool is_for(const char *request, const char *path)
{
        const char *at = strchr(request, ' ');
        return at && strncmp(at + 1, path, strlen(path)) == 0;
}

static const char *rule_for(struct upstream *u, const char *request)
{
        for (size_t i = 0; i < u->rule_count; i++)
                if (u->rules[i].once && !u->rules[i].used && is_for(request, u->rules[i].path)) {
                        u->rules[i].used = true;
                        return u->rules[i].reply;
                }
        for (size_t i = u->rule_count; i-- > 0;)
                if (!u->rules[i].once && is_for(request, u->rules[i].path))
                        return u->rules[i].reply;
        return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
}

/* The reply for this request; NULL: it was held and is now released. */
static const char *note_request(struct upstream *u, const char *request)
{
        pthread_mutex_lock(&u->mutex);
        snprintf(u->last, sizeof(u->last), "%s", request);
        if (u->requests < REQUESTS_KEPT)
                u->kept[u->requests] = strdup(request);
        u->requests++;
        pthread_cond_broadcast(&u->changed);
        const char *reply = rule_for(u, request);
        unsigned release = u->releases;
        while (!reply && !u->stopping && u->releases == release)
                pthread_cond_wait(&u->changed, &u->mutex);
        pthread_mutex_unlock(&u->mutex);
        return reply;
}

static void *serve(void *argument)
{
        struct connection c = *(struct connection *)argument;
        free(argument);
        char *request = malloc(REQUEST_MAX);
        while (request && read_request(c.fd, request, REQUEST_MAX)) {
                const char *reply = note_request(c.upstream, request);
                if (!reply || !client_send(c.fd, reply, strlen(reply)) || strstr(reply, "Connection: close"))
                        break;
        }
        free(request);
        shutdown(c.fd, SHUT_RDWR);
        return NULL;
}

static void *accept_all(void *argument)
{
        struct upstream *u = argument;
        for (;;) {
                int fd = accept(u->listener, NULL, NULL);
                if (fd < 0)
                        return NULL;
                pthread_mutex_lock(&u->mutex);
                struct connection *c = malloc(sizeof(*c));
                if (u->stopping || u->connections == CONNECTIONS_MAX || !c) {
                        free(c);
                        close(fd);
                } else {
                        *c = (struct connection){ u, fd };
                        u->sockets[u->connections] = fd;
                        pthread_create(&u->threads[u->connections++], NULL, serve, c);
                }
                pthread_mutex_unlock(&u->mutex);
        }
}

struct upstream *upstream_start(void)
{
        struct upstream *u = calloc(1, sizeof(*u));
        pthread_mutex_init(&u->mutex, NULL);
        pthread_cond_init(&u->changed, NULL);
        u->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in address = loopback(0);
        socklen_t len = sizeof(address);
        if (bind(u->listener, (struct sockaddr *)&address, len) < 0 || listen(u->listener, 64) < 0 ||
            getsockname(u->listener, (struct sockaddr *)&address, &len) < 0)
                abort();
        u->port = ntohs(address.sin_port);
        pthread_create(&u->acceptor, NULL, accept_all, u);
        return u;
}

void upstream_stop(struct upstream *u)
{
        pthread_mutex_lock(&u->mutex);
        u->stopping = true;
        pthread_cond_broadcast(&u->changed);
        pthread_mutex_unlock(&u->mutex);
        shutdown(u->listener, SHUT_RDWR);
        pthread_join(u->acceptor, NULL);
        close(u->listener);
        for (unsigned i = 0; i < u->connections; i++)
                shutdown(u->sockets[i], SHUT_RDWR);
        for (unsigned i = 0; i < u->connections; i++) {
                pthread_join(u->threads[i], NULL);
                close(u->sockets[i]);
        }
        for (unsigned i = 0; i < REQUESTS_KEPT; i++)
                free(u->kept[i]);
        pthread_cond_destroy(&u->changed);
        pthread_mutex_destroy(&u->mutex);
        free(u);
}

int upstream_port(const struct upstream *u)
{
        return u->port;
}

static void add_rule(struct upstream *u, const char *path, const char *reply, bool once)
{
        pthread_mutex_lock(&u->mutex);
        if (u->rule_count == RULES_MAX)
                abort();
        u->rules[u->rule_count].path = path;
        u->rules[u->rule_count].once = once;
        u->rules[u->rule_count++].reply = reply;
        pthread_mutex_unlock(&u->mutex);
}

void upstream_answer(struct upstream *u, const char *path, const char *reply)
{
        add_rule(u, path, reply, false);
}

void upstream_answer_once(struct upstream *u, const char *path, const char *reply)
{
        add_rule(u, path, reply, true);
}

bool upstream_request_to(struct upstream *u, const char *path, unsigned index, char *text, size_t size)
{
        bool found = false;
        pthread_mutex_lock(&u->mutex);
        for (unsigned i = 0; i < REQUESTS_KEPT && u->kept[i] && !found; i++)
                if (is_for(u->kept[i], path) && index-- == 0) {
                        snprintf(text, size, "%s", u->kept[i]);
                        found = true;
                }
        pthread_mutex_unlock(&u->mutex);
        return found;
}

unsigned upstream_requests_to(struct upstream *u, const char *path)
{
        unsigned count = 0;
        char text[8];
        while (upstream_request_to(u, path, count, text, sizeof(text)))
                count++;
        return count;
}

void upstream_release(struct upstream *u)
{
        pthread_mutex_lock(&u->mutex);
        u->releases++;
        pthread_cond_broadcast(&u->changed);
        pthread_mutex_unlock(&u->mutex);
}

unsigned upstream_requests(struct upstream *u)
{
        pthread_mutex_lock(&u->mutex);
        unsigned count = u->requests;
        pthread_mutex_unlock(&u->mutex);
        return count;
}

unsigned upstream_connections(struct upstream *u)
{
        pthread_mutex_lock(&u->mutex);
        unsigned count = u->connections;
        pthread_mutex_unlock(&u->mutex);
        return count;
}

void upstream_last(struct upstream *u, char *text, size_t size)
{
        pthread_mutex_lock(&u->mutex);
        snprintf(text, size, "%s", u->last);
        pthread_mutex_unlock(&u->mutex);
}

void upstream_wait_requests(struct upstream *u, unsigned count)
{
        pthread_mutex_lock(&u->mutex);
        while (u->requests < count)
                pthread_cond_wait(&u->changed, &u->mutex);
        pthread_mutex_unlock(&u->mutex);
}
