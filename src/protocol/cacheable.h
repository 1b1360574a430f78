/*
 * Which answers may be given again: those to requests that want the same answer
 * each time, whose answer rests on nothing that they do not hold themselves.
 */
#ifndef KEYWHEEL_PROTOCOL_CACHEABLE_H
#define KEYWHEEL_PROTOCOL_CACHEABLE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Does the body of a chat or of a response want one answer, the same each time
 * (temperature 0, or a seed), and not ask to store it? */
bool cacheable_openai(struct json_object *body);

/* The same of a body of Gemini's own API, in either spelling. */
bool cacheable_gemini(struct json_object *body);

/* Does a request, as Gemini gets it, bring all that its answer rests on? Not so
 * with tools that look around, with files and caches that lie at Google, and
 * with URLs that Gemini fetches. Nor does it ask for pictures or sound, which
 * are large and seldom asked for twice. text: what json_write() makes of it. */
bool cacheable_request(struct json_object *gemini, const struct buf *text);

/* May these bytes of Gemini's be kept? Not if there is nothing in them (no
 * text, no call, no values of an embedding), nor if there are pictures or
 * sound, or tool calls with thought signatures, which only the project that
 * made them can read. */
bool cacheable_answer(const char *bytes, size_t len);

/* Append a body so that it looks the same whatever the order of its members and
 * its white space. The order of members further in stays: it may mean
 * something, as in a schema. */
void cacheable_write(struct buf *out, struct json_object *body);

#endif
