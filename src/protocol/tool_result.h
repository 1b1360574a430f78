/* What a tool gave back → functionResponse (contract section 1.2). */
#ifndef KEYWHEEL_PROTOCOL_TOOL_RESULT_H
#define KEYWHEEL_PROTOCOL_TOOL_RESULT_H

#include <stdbool.h>

#include "base/json.h"

/*
 * Put what a tool gave, as parts of Gemini's, into a functionResponse. Its
 * texts, a line each, become the `response`: a JSON object as it is; other
 * JSON, or words, as "output". Numbers stay as they are written. What is no
 * text becomes `parts` of it where the model knows them (inside). Else it is
 * returned, in an array that the caller owns; NULL if there is none.
 */
struct json_object *tool_result_write(struct json_object *function_response,
    struct json_object *parts, bool inside);

/* Append what tool_result_write() returned to the parts of the turn, with a
 * word on where it is from. */
void tool_result_add_beside(struct json_object *turn_parts,
    const char *function_name, struct json_object *media);

#endif
