/* Which of our languages a reader wants: Accept-Language (RFC 9110, 12.5.4). */
#ifndef KEYWHEEL_WEB_LANGUAGE_H
#define KEYWHEEL_WEB_LANGUAGE_H

#include <stddef.h>

/* The place in tags of the language that the header prefers, 0 if it names
 * none of them. Only the first part of a tag counts, so that zh, zh-Hans and
 * zh-SG all mean the zh-CN among ours. header may be NULL. */
size_t language_choose(const char *header, const char *const *tags, size_t n);

#endif
