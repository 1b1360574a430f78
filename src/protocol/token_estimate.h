/* How many tokens a request to Gemini may have, before Gemini counts them. */
#ifndef KEYWHEEL_PROTOCOL_TOKEN_ESTIMATE_H
#define KEYWHEEL_PROTOCOL_TOKEN_ESTIMATE_H

#include <stddef.h>
#include <stdint.h>

/* Of a JSON body: a token for each four bytes, as Google says of English text
 * (ai.google.dev/gemini-api/docs/tokens), and 258, which is a picture's tile,
 * for each string that is media in base64. Real counts may be half or twice
 * as large. body may be NULL. */
int64_t token_estimate(const char *body, size_t len);

#endif
