/* Gemini's own tools: search, URL context, code execution. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_BUILTIN_H
#define KEYWHEEL_PROTOCOL_CHAT_BUILTIN_H

#include <stdbool.h>

struct chat_build;

enum builtin { BUILTIN_SEARCH = 1, BUILTIN_URL_CONTEXT = 2, BUILTIN_CODE = 4 };

/* Ask for a tool (asking again changes nothing), and: was it asked for? */
void chat_builtin_add(struct chat_build *b, enum builtin which);
bool chat_builtin_has(const struct chat_build *b, enum builtin which);

/* Append those that were asked for to b->tools. */
void chat_builtin_write(struct chat_build *b);

#endif
