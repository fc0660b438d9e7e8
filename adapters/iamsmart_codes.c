/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Response codes of the platform, as far as they reach a service. */
#include "iamsmart.h"

static const struct {
        const char *code;
        const struct error *error;
} rows[] = {
        { "D20000", &ERR_SOURCE_DOWN },         /* unknown exception at the platform */
        { "D20001", &ERR_SOURCE_BAD_ANSWER },   /* parameter missing, */
        { "D20002", &ERR_SOURCE_BAD_ANSWER },   /* empty, */
        { "D20003", &ERR_SOURCE_BAD_ANSWER },   /* invalid */
        { "D20004", &ERR_SOURCE_BAD_ANSWER },   /* duplicated request */
        { "D20005", &ERR_SOURCE_NOT_ALLOWED },  /* signature method, */
        { "D20006", &ERR_SOURCE_NOT_ALLOWED },  /* signature, */
        { "D20007", &ERR_SOURCE_NOT_ALLOWED },  /* source, */
        { "D20008", &ERR_SOURCE_NOT_ALLOWED },  /* callback URL not accepted */
        { "D20009", &ERR_SOURCE_EXPIRED },      /* access token, */
        { "D20010", &ERR_SOURCE_EXPIRED },      /* openID not known or expired */
        { "D20011", &ERR_SOURCE_BAD_ANSWER },   /* duplicated businessID */
        { "D20012", &ERR_SOURCE_NOT_ALLOWED },  /* permission, */
        { "D20015", &ERR_SOURCE_NOT_ALLOWED },  /* scope */
        { "D20022", &ERR_SOURCE_BAD_ANSWER },   /* encryption failed */
        { "D20026", &ERR_SOURCE_NOT_ALLOWED },  /* access denied */
        { "D20027", &ERR_SOURCE_BAD_ANSWER },   /* not found */
        { "D30001", &ERR_SOURCE_NOT_ALLOWED },  /* KEK missing or expired */
        { "D30002", &ERR_SOURCE_BAD_ANSWER },   /* CEK missing or expired, also after renewal */
        { "D30003", &ERR_SOURCE_BAD_ANSWER },   /* encryption, */
        { "D30004", &ERR_SOURCE_BAD_ANSWER },   /* decryption exception */
        { "D40000", &ERR_SOURCE_REFUSED },      /* login: cancelled, */
        { "D40001", &ERR_SOURCE_REFUSED },      /* rejected, */
        { "D40002", &ERR_SOURCE_FAILED },       /* failed, */
        { "D40003", &ERR_SOURCE_TIMEOUT },      /* timed out */
        { "D40004", &ERR_SOURCE_EXPIRED },      /* code not known or expired */
        { "D40035", &ERR_SOURCE_ID_CARD },      /* identity card */
        { "D50001", &ERR_SOURCE_REFUSED },      /* profile: rejected, */
        { "D50002", &ERR_SOURCE_FAILED },       /* failed, */
        { "D50003", &ERR_SOURCE_TIMEOUT },      /* timed out */
        { "D60000", &ERR_SOURCE_REFUSED },      /* form filling: cancelled, */
        { "D60001", &ERR_SOURCE_REFUSED },      /* rejected, */
        { "D60002", &ERR_SOURCE_FAILED },       /* failed, */
        { "D60003", &ERR_SOURCE_TIMEOUT },      /* timed out */
        { "D70000", &ERR_SOURCE_REFUSED },      /* signing: cancelled, */
        { "D70001", &ERR_SOURCE_REFUSED },      /* rejected, */
        { "D70002", &ERR_SOURCE_FAILED },       /* failed, */
        { "D70003", &ERR_SOURCE_TIMEOUT },      /* timed out, */
        { "D70004", &ERR_SOURCE_NOT_ALLOWED },  /* not open to this person, */
        { "D70005", &ERR_SOURCE_ID_CARD },      /* another identity card than expected, */
        { "D70006", &ERR_SOURCE_FAILED },       /* acknowledgement failed */
        { "D80001", &ERR_SOURCE_REFUSED },      /* re-authentication: rejected, */
        { "D80002", &ERR_SOURCE_FAILED },       /* failed, */
        { "D80003", &ERR_SOURCE_TIMEOUT },      /* timed out */
};

const struct error *iamsmart_code_error(struct str code)
{
        if (str_is(code, IAMSMART_SUCCESS))
                return NULL;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (str_is(code, rows[i].code))
                        return rows[i].error;
        return &ERR_SOURCE_BAD_ANSWER;
}
