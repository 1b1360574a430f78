/* Verdicts as keywheel.apply_verdict takes them (sql/functions/020). */
#ifndef KEYWHEEL_GATEWAY_VERDICT_JSON_H
#define KEYWHEEL_GATEWAY_VERDICT_JSON_H

#include <stdint.h>

#include "pool/verdict.h"

struct json_object;

/* {key, name, evidence} and who rests for it how long, if anybody does.
 * evidence is redacted; wall_ms: the time. The caller owns it. */
struct json_object *verdict_json(const struct verdict *verdict, int64_t key_id,
    const char *evidence, int64_t wall_ms);

#endif
