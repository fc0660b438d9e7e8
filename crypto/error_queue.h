/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* OpenSSL's queue of errors belongs to the thread, not to the request: it must be empty whenever a task waits. Our own
 * functions see to it; who calls another library that uses OpenSSL does this afterwards. */
#pragma once

/* Errors that are still in this thread's queue are forgotten. */
void error_queue_empty(void);
