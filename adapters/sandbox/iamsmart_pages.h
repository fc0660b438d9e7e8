/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The pages that the iAM Smart stand-in shows in the browser and on the "phone". */
#pragma once

#include "iamsmart.h"

/* In the browser: the QR code, or with brokerPage the button that opens the app here. Looks again every 2 seconds. */
void page_login_wait(struct task *t, const struct login_slot *l);
/* A getQR request that cannot be sent back to anybody. `parameter`: its name. */
void page_refusal(struct task *t, const char *code, const char *parameter);
/* On the phone. */
void page_phone_login(struct task *t, const struct login_slot *l);
void page_phone_request(struct task *t, const struct request_slot *r);
void page_phone_list(struct task *t, const struct iamsmart *s);
void page_phone_message(struct task *t, int status, struct str text);
