/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Made-up messages of the platform under made-up keys: computed with other libraries than ours. */
#pragma once

#define VECTOR_CLIENT_ID "00112233445566778899aabbccddeeff"
#define VECTOR_CLIENT_SECRET "not-a-real-secret-0123456789abcdef"

/* getToken's request, under the key 00…1f with the IV a0…ab */
#define VECTOR_TOKEN_CLEAR "{\"code\":\"0ad186353c424c64897fcc00445c9ba1\",\"grantType\":\"authorization_code\"}"
#define VECTOR_TOKEN_BODY                                                                                              \
        "{\"content\":\"AAAADKChoqOkpaanqKmqq506H0IhriCFQFXmtzZC9u1FnzokoIMhWqg2H7EZyBYx4kJzyswbMVxuvijqb"             \
        "gjilzNPPzgH8iBcICt/NssC7MrVyOwAXvqHj5CH3WX9BNZ11l9sKRg0ZrCoJa2q\"}"

/* getToken's reply, under the same key */
#define VECTOR_REPLY_BODY                                                                                              \
        "{\"txID\":\"<T=00000000000000000000000000000003>\",\"code\":\"D00000\",\"message\":\"SUCCESS\","              \
        "\"content\":\"AAAADLCxsrO0tba3uLm6u+J3O8iPqMgsE5f8x6N/suCxWnmxI02+UTv548ho4MBwPSoSWFC9k9ySPpksDN"             \
        "iz1w9BNbN0UCeeGfMcVSahAr3XiUzReJ5K+HCv0Sv7R5YTfKH+i51LR+3Fy0miG2kjnQbYDjK8skVfMGwg7abu8LA9hoe7UZ"             \
        "y9XxZOs/skLGJUBM79+VJdymoEIXhiQ1NwWLDWA5vuUQFT5KRMix7kztLLgaOaeFc+dpMue9YmYdj1EHwy3f2dNfE6dyLn6e"             \
        "btGjyjwdLPNnO4HQJU4DFQHaX6GapSK0VItgdPMPDhD8tvE2fnVbzTfQdcZeNvm2P/IfOrMW75WCPTuNk3b/PUNStIDzJ/yn"             \
        "1DojRpvka7j6GDovB+5xiNVBTHyxU=\"}"
#define VECTOR_REPLY_CLEAR                                                                                             \
        "{\"accessToken\":\"5f0c6c1de7a94b2f8a1b3c5d7e9f0a1b\",\"tokenType\":\"Bearer\",\"issueAt\":17953"             \
        "20001200,\"expiresIn\":14400000,\"openID\":\"MvMcZwQSYDftuDoLAC3kGK%2BNUUoVW%2F9SbfG0kGc58dk%3D"              \
        "\",\"lastModifiedDate\":1735689600000,\"userType\":\"sign\",\"scope\":\"eidapi_auth eidapi_profi"             \
        "les\"}"

/* The content of a profile's callback, under the key 40…5f */
#define VECTOR_CALLBACK_CONTENT                                                                                        \
        "AAAADMDBwsPExcbHyMnKyyRmUrsJ81OOB8ptcomZgP75x2th6ksePJqLCl0ZHkl/5QYwt8KWI9nSAhEheA11EUGmO0FgCERq"             \
        "jZEaFY1s1GM4zul3vHYfRO5mxkTvAYtAu/HlxvlESDMT6rVKXeTYQNiB6pgiRwWq4snWqIRqHlgUcRZA5aIZN+lHAi3/BnSg"             \
        "bUWbYgWgcNgc6paTburNTWJiqnhlCts5w2QAM8Cfb+yfBEv+9HaGXTSpfZP9oxmOc0dpOJPCNPvsWLkdyoy+r+1pGj+ApSYu"             \
        "7o+ZhbwnLC5QNts33DsvdbXORDGtFCwe/7lRX/Z1t4qeqH8Yb1WX55I+hI3h6/8qIx5sHPklHpjH"
#define VECTOR_CALLBACK_CLEAR                                                                                          \
        "{\"businessID\":\"3f2504e04f8911d39a0c0305e82c3301\",\"state\":\"eddd527b6\",\"idNo\":{\"Identif"             \
        "ication\":\"A123456\",\"CheckDigit\":\"3\"},\"enName\":{\"UnstructuredName\":\"CHAN, Tai Man\"},"             \
        "\"chName\":{\"ChineseName\":\"陳大文\"},\"birthDate\":\"19900115\",\"gender\":\"M\"}"

static inline void vector_key(char first, char *bytes)
{
        for (int i = 0; i < 32; i++)
                bytes[i] = (char)(first + i);
}
