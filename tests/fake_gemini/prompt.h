/* What a client asks: the body of generateContent and countTokens. */
#ifndef FAKE_PROMPT_H
#define FAKE_PROMPT_H

#include "buf.h"

struct json_object;
struct json_tokener;

/* A picture, a sound and the like costs so much, whatever its size. */
#define PROMPT_MEDIA 258

struct prompt {
	struct json_object *root; /* owned */
	struct span text;         /* last text of the user; in root */
	long long tokens;
};

/*
 * prompt_read(prompt, tokener, body, why): parse and check as Google would.
 *   False: why has the message of the 400.  In any case prompt_clear.
 * prompt_malformed(why): whether that message is about JSON itself.
 * prompt_clear(prompt): free it.
 */
bool prompt_read(
    struct prompt *, struct json_tokener *, struct span, struct buf *);
bool prompt_malformed(const struct buf *);
void prompt_clear(struct prompt *);

#endif
