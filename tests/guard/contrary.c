/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Stands in for one function of liboauth2 (by LD_PRELOAD): a verifier that never agrees. */
#include <oauth2/oauth2.h>

bool oauth2_token_verify(oauth2_log_t *log, oauth2_http_request_t *request, oauth2_cfg_token_verify_t *verify,
                         const char *token, json_t **json_payload)
{
        (void)log;
        (void)request;
        (void)verify;
        (void)token;
        (void)json_payload;
        return false;
}
