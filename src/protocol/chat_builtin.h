/*
 * The tools that Gemini runs itself: search, reading of pages, code. They are
 * asked for in many ways (contract sections 1.1 and 1.4); all lead here.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_BUILTIN_H
#define KEYWHEEL_PROTOCOL_CHAT_BUILTIN_H

#include <stdbool.h>

#include "base/json.h"

enum builtin { BUILTIN_SEARCH, BUILTIN_URL_CONTEXT, BUILTIN_CODE };

struct chat_build;

/* Ask for a tool (asking again changes nothing), and: was it asked for? */
void chat_builtin_add(struct chat_build *b, enum builtin which);
bool chat_builtin_has(const struct chat_build *b, enum builtin which);

/* The tool that clients call so: googleSearch, google_search, urlContext, …
 * False if it is none of them. */
bool chat_builtin_find(const char *name, enum builtin *which);

/* Take those back that were asked for, and note them as dropped. */
void chat_builtin_drop(struct chat_build *b);

/* Append those that were asked for to the array `tools`, each on its own. */
void chat_builtin_write(const struct chat_build *b, struct json_object *tools);

#endif
