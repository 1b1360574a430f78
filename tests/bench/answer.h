/* Is this body the answer to that request, and when did its events come? */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "samples.h"

#define ANSWER_KEEP 8192

enum dialect { DIALECT_OPENAI, DIALECT_GEMINI };

/* What is asked for; the same for all requests of a run. */
struct question {
	enum dialect dialect;
	const char *model;
	const char *token;
	int events; /* of a stream; 0: not streamed */
	int bytes;  /* about the size of the request's body */
};

struct answer {
	const struct question *question;
	struct samples *gaps;   /* where times between events go */
	char marker[32];        /* what the text must hold */
	char text[ANSWER_KEEP]; /* its beginning */
	size_t text_len;
	char line[ANSWER_KEEP]; /* of a stream */
	size_t line_len;
	bool too_long;
	int events;
	bool finished;    /* a reason was given */
	bool done;        /* [DONE], of OpenAI's streams */
	int64_t first_us; /* when the first byte came; 0: none has */
	int64_t last_us;  /* when the last event came */
};

/* Write the HTTP request of that number. Its length, 0 if out of room. */
size_t answer_request(
    const struct question *q, unsigned number, char *out, size_t room);

/* The answer to that request begins. */
void answer_start(struct answer *a, const struct question *q, unsigned number,
    struct samples *gaps);

/* The next bytes of its body, read at that time. */
void answer_feed(struct answer *a, const char *bytes, size_t len, int64_t us);

/* NULL if all is well, else what is wrong. */
const char *answer_verdict(const struct answer *a);

#endif
