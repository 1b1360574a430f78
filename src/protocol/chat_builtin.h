/* Gemini's own tools: search, URL context, code execution. */
#ifndef KEYWHEEL_PROTOCOL_CHAT_BUILTIN_H
#define KEYWHEEL_PROTOCOL_CHAT_BUILTIN_H

struct chat_build;

enum builtin { BUILTIN_SEARCH = 1, BUILTIN_URL_CONTEXT = 2, BUILTIN_CODE = 4 };

/* Note that the request has the tool; once is as good as twice. */
void chat_builtin_add(struct chat_build *b, enum builtin which);

/* Append the tools that were noted to b->tools. */
void chat_builtin_write(struct chat_build *b);

#endif
