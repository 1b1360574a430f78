/*
 * The answer to a trial, as it comes from the API: status, text, the bytes
 * themselves, and when they came. What is longer than a page should be is
 * cut; it is read to its end all the same.
 */
#ifndef KEYWHEEL_ADMIN_TRY_ANSWER_H
#define KEYWHEEL_ADMIN_TRY_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "protocol/sse.h"
#include "web/inner.h"

struct json_object;

/* Bytes of each that are shown. */
#define TRY_ANSWER_MAX_TEXT ((size_t)200 * 1000)
#define TRY_ANSWER_MAX_RAW ((size_t)200 * 1000)

struct try_answer {
	int status; /* 0: none came */
	bool sse;
	struct buf text; /* what the model says, TRY_ANSWER_MAX_TEXT at most */
	struct buf raw;
	bool text_cut, raw_cut;
	int64_t bytes;                        /* of the whole body */
	int64_t began_ms, first_ms, ended_ms; /* first_ms: 0 if nothing came */

	/* Called when more of a stream has come, and maybe more text with it.
	 * False: nobody looks any more. NULL: nobody looks before the end. */
	bool (*more)(void *ctx);
	void *ctx;

	/* private */
	struct sse_parser parser;
};

/* A request whose answer comes here. The clock begins. */
void try_answer_begin(struct try_answer *a, struct web_inner *inner);

/* No more will come. */
void try_answer_end(struct try_answer *a);
void try_answer_clear(struct try_answer *a);

/* Set what the template shows of it: status, text, raw, first_ms, total_ms
 * and so on. */
void try_answer_show(const struct try_answer *a, struct json_object *o);

#endif
