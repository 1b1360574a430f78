/* Verdicts as keywheel.apply_verdict takes them (sql/functions/020). */
#ifndef KEYWHEEL_GATEWAY_VERDICT_JSON_H
#define KEYWHEEL_GATEWAY_VERDICT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "pool/verdict.h"

struct json_object;

/* {key, name, evidence} and who rests for it how long, if anybody does.
 * evidence is redacted; wall_ms: the time. The caller owns it. */
struct json_object *verdict_json(const struct verdict *verdict, int64_t key_id,
    const char *evidence, int64_t wall_ms);

/* Does it change anything, for the key or for others? */
bool verdict_counts(const struct verdict *verdict);

/* The same with all that it does: after how many such answers the key is
 * disabled, what it is a sign of. max_failures: MAX_FAILURES. */
struct json_object *verdict_full_json(const struct verdict *verdict,
    int64_t key_id, const char *evidence, int64_t wall_ms, int max_failures);

#endif
