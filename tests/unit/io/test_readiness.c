/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The messages to the service manager, read from a socket that plays it. */
#include "unit.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "readiness.h"

static void test_messages(void **state)
{
        (void)state;
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/baygate-notify-%d", (int)getpid());
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
        setenv("NOTIFY_SOCKET", address.sun_path, 1);
        setenv("WATCHDOG_USEC", "4000000", 1);
        readiness_ready();
        char text[64] = "";
        ssize_t len = recv(fd, text, sizeof(text) - 1, 0);
        int64_t watchdog_ms = readiness_watchdog_ms();
        if (len >= 0) { /* built with libsystemd */
                assert_string_equal(text, "READY=1");
                assert_int_equal(watchdog_ms, 2000);
        } else {
                assert_int_equal(watchdog_ms, 0);
        }
        unlink(address.sun_path);
        close(fd);
}

static void test_nothing_without_a_manager(void **state)
{
        (void)state;
        unsetenv("NOTIFY_SOCKET");
        unsetenv("WATCHDOG_USEC");
        readiness_ready();
        readiness_alive();
        readiness_stopping();
        assert_int_equal(readiness_watchdog_ms(), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_messages),
                cmocka_unit_test(test_nothing_without_a_manager),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
