// SPDX-FileCopyrightText: 2026 The Baygate authors
// SPDX-License-Identifier: Apache-2.0
// A service that answers whom the gateway's access token names; with jose (npm install jose@5).

import { createServer } from 'node:http';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const ISSUER = 'https://id.example';
const AUDIENCE = 'https://service.example';
const LEVELS = ['urn:baygate:acr:substantial', 'urn:baygate:acr:high']; // the least first
const LISTEN = '127.0.0.1:8085';

// Fetched anew for a key that is not there yet, but since strangers can make up keys, at most once a minute.
const keys = createRemoteJWKSet(new URL(`${ISSUER}/jwks`), { cacheMaxAge: 3600_000, cooldownDuration: 60_000 });

// RFC 9068, section 4.
const rules = {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: ISSUER,
    audience: AUDIENCE,
};

// What the token is to blame for. Anything else is ours, or the gateway is away.
const faults = [errors.JWTInvalid, errors.JWTExpired, errors.JWTClaimValidationFailed, errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed, errors.JOSEAlgNotAllowed, errors.JOSENotSupported,
    errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys];

function answer(response, status, content, challenge) {
    response.writeHead(status, {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        ...(challenge && { 'WWW-Authenticate': challenge }),
    });
    response.end(JSON.stringify(content));
}

const server = createServer(async (request, response) => {
    const [, token] = /^bearer (.*)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) return answer(response, 401, {}, 'Bearer');
    try {
        const { payload } = await jwtVerify(token, keys, rules);
        if (payload.exp === undefined) throw new errors.JWTInvalid('it does not end');
        if (!LEVELS.includes(payload.acr)) {
            // RFC 9470: the caller may have the person sign in better, and come again.
            return answer(response, 401, {},
                `Bearer error="insufficient_user_authentication", acr_values="${LEVELS[0]}"`);
        }
        answer(response, 200, { sub: payload.sub, scope: payload.scope, acr: payload.acr });
    } catch (error) {
        if (faults.some((fault) => error instanceof fault)) {
            answer(response, 401, {}, 'Bearer error="invalid_token"');
        } else {
            answer(response, 503, {});
        }
    }
});

const [host, port] = LISTEN.split(':');
server.listen(Number(port), host);
