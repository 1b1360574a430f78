/* What a cleaned schema must look like, written down a second time: for the
 * golden files and the fuzzer. */
#ifndef KEYWHEEL_TESTS_SCHEMA_RULES_H
#define KEYWHEEL_TESTS_SCHEMA_RULES_H

#include <json-c/json.h>

#include "protocol/schema.h"

/* The first thing in a cleaned schema that Gemini would refuse, or NULL:
 * a keyword it does not know, a $ref without a target, a required property
 * that is not there … */
const char *schema_rules_broken(
    struct json_object *cleaned, enum schema_dialect dialect);

#endif
