/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Listening sockets (listener.h). With SO_REUSEPORT a second gateway on the same port would silently share its
 * connections, so a first socket without it finds out whether the address is free. */
#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024

struct address {
        struct sockaddr_storage storage;
        socklen_t len;
};

static result address_of(struct arena *a, struct str host, int port, struct address *ret_address)
{
        struct addrinfo hints = { .ai_flags = AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM };
        struct addrinfo *found = NULL;
        struct str service = arena_printf(a, "%d", port);
        int failed = getaddrinfo(arena_cstr(a, host), service.data, &hints, &found);
        if (failed)
                return fail(a, ERR_CONFIG, "cannot listen on %.*s: %s", STR_FMT(host), gai_strerror(failed));
        memcpy(&ret_address->storage, found->ai_addr, found->ai_addrlen);
        ret_address->len = found->ai_addrlen;
        freeaddrinfo(found);
        return OK;
}

static int open_bound(const struct address *address, bool shared)
{
        int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return -1;
        int on = 1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        if (shared)
                setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
        if (bind(fd, (const struct sockaddr *)&address->storage, address->len) < 0) {
                int error = errno;
                close(fd);
                errno = error;
                return -1;
        }
        return fd;
}

static void set_port(struct address *address, int port)
{
        if (address->storage.ss_family == AF_INET6)
                ((struct sockaddr_in6 *)&address->storage)->sin6_port = htons((uint16_t)port);
        else
                ((struct sockaddr_in *)&address->storage)->sin_port = htons((uint16_t)port);
}

int listener_port(int socket)
{
        struct sockaddr_storage bound = { 0 };
        socklen_t len = sizeof(bound);
        if (getsockname(socket, (struct sockaddr *)&bound, &len) < 0)
                return 0;
        if (bound.ss_family == AF_INET6)
                return ntohs(((struct sockaddr_in6 *)&bound)->sin6_port);
        return ntohs(((struct sockaddr_in *)&bound)->sin_port);
}

static result probe(struct arena *a, const struct address *address, struct str host, int port)
{
        int fd = open_bound(address, false);
        if (fd < 0)
                return fail(a, ERR_CONFIG, "cannot listen on %.*s port %d: %s", STR_FMT(host), port, strerror(errno));
        close(fd);
        return OK;
}

result listener_open(struct arena *a, struct str host, int port, unsigned count, int *sockets)
{
        struct address address = { 0 };
        TRY(address_of(a, host, port, &address));
        TRY(probe(a, &address, host, port));
        for (unsigned i = 0; i < count; i++) {
                sockets[i] = open_bound(&address, true);
                if (sockets[i] >= 0 && listen(sockets[i], BACKLOG) == 0) {
                        set_port(&address, listener_port(sockets[i]));
                        continue;
                }
                int error = errno;
                for (unsigned j = 0; j <= i; j++)
                        if (sockets[j] >= 0)
                                close(sockets[j]);
                return fail(a, ERR_CONFIG, "cannot listen on %.*s port %d: %s", STR_FMT(host), port, strerror(error));
        }
        return OK;
}
