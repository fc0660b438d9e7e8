/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Emptying the thread's error queue for those who may not know OpenSSL. */
#include "fetched.h"

#include "error_queue.h"

void error_queue_empty(void)
{
        ERR_clear_error();
}
