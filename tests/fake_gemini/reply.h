/*
 * A reply: what is to be answered, and how badly it is to be delivered.
 *
 * The handler fills it in one go; play.c then gives it out over time.
 */
#ifndef FAKE_REPLY_H
#define FAKE_REPLY_H

#include <stdint.h>

#include "buf.h"

/* What comes behind the last piece. */
enum reply_end {
	REPLY_COMPLETE, /* a proper end of the message */
	REPLY_CUT,      /* the connection is closed */
	REPLY_SILENT    /* nothing, for ever */
};

/* How a reply went. */
enum reply_how {
	REPLY_OPEN,
	REPLY_WHOLE,   /* the last byte was taken by the system */
	REPLY_ABORTED, /* the client closed before that */
	REPLY_BROKEN   /* we closed before that, as told */
};

struct tokens {
	long long prompt;
	long long cached; /* of prompt */
	long long answer;
	long long thoughts;
};

/* The entry of a request in the books and in the record of requests. */
struct ticket {
	bool counted;   /* false: none of what follows */
	unsigned epoch; /* resets before the request came */
	uint64_t number;
	struct books_key *key;
	size_t call;      /* calls.h: which one, from 1; 0: it has no mark */
	const char *mark; /* … and NULL then */
	long long nth;
};

struct reply {
	int status;
	struct buf type;    /* Content-Type */
	struct buf headers; /* further whole header lines */
	struct buf body;
	size_t *ends;        /* where in body each piece ends */
	struct tokens *told; /* what has been told of the usage by then */
	size_t pieces;
	size_t room;
	bool streamed; /* chunked, its length not told */

	bool drop;  /* close instead of answering */
	bool mute;  /* never answer */
	bool reset; /* where we close, close with a RST */
	enum reply_end end;
	long long cut;        /* close after n bytes; -1: no */
	uint64_t first_delay; /* microseconds, all of them */
	uint64_t head_delay;
	uint64_t piece_delay;
	uint64_t chunk_delay;
	size_t chunk; /* bytes written at once; 0: all */

	bool good;            /* a success, if delivered whole */
	struct tokens tokens; /* to be booked then */
	struct tokens says;   /* told so far, while it is written */
	size_t gone;          /* pieces that went out, when it is over */
	struct ticket ticket;
};

/*
 * reply_begin(r, status): ready for the next use; buffers keep their memory.
 * reply_clear(r): free the memory.
 * reply_json(r): Content-Type is Google's JSON.
 * reply_mark(r): a piece ends here, at the end of the body so far; it tells
 *   r->says.
 * reply_word(how): in a word.
 * reply_head(r, http10, keep, out): append status line, headers, blank line.
 */
void reply_begin(struct reply *, int);
void reply_clear(struct reply *);
void reply_json(struct reply *);
void reply_mark(struct reply *);
const char *reply_word(enum reply_how);
void reply_head(const struct reply *, bool, bool, struct buf *);

#endif
