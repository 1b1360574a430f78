/*
 * The relay: one request's way from the first lease to its account. It
 * leases a key, sends, listens, judges, and tries again on another key while
 * nothing of an answer has gone to the client; then it reports.
 *
 *   begin ─▶ send ─▶ answered ─────────────────────────▶ end
 *     ▲        │
 *     │        ├─▶ failed, verdict allows ─▶ retry ─▶ send …
 *     │        └─▶ failed for good ─▶ error to the client ─▶ end
 *
 * While all keys rest the pool may have it wait for one, in order of arrival:
 * before the first attempt as well as between two.
 *
 * Hold, then commit: the status line goes out with the first thing worth
 * showing, or with the first heartbeat. After the first byte of content
 * there is no retry.
 *
 * An attempt is one exchange with Gemini, or several side by side, its lanes,
 * where a client wants more choices than a model gives at once. Lanes have
 * keys of their own as far as there are any. Nothing is shown before each of
 * them has something to show or is complete. The first that fails decides:
 * the others are broken off, its key is judged, and if there may be another
 * attempt all lanes begin anew. Or they are answers of their own (apart): the
 * others go on, and the next attempt is for those that failed.
 *
 * A request may be answered in parts, each by a key of its own (closing.next).
 * A part that fails is tried again by itself; those before it are kept.
 *
 * Its neighbours come as one struct of functions, so that retries, streams
 * and deadlines are tested with scripted replies.
 */
#ifndef KEYWHEEL_GATEWAY_RELAY_H
#define KEYWHEEL_GATEWAY_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "gateway/outcome.h"
#include "pool/verdict.h"
#include "protocol/api_error.h"
#include "protocol/pacer.h"
#include "protocol/usage.h"
#include "store/requests.h"
#include "upstream/exchange.h"

/* The world around the relay. */
struct relay_ports {
	void *ctx;
	int64_t (*mono_ms)(void *ctx);
	int64_t (*wall_ms)(void *ctx);
	/* 0..99, for the jitter of waits. */
	int (*chance)(void *ctx);

	/* The pool. */
	void (*begin)(void *ctx, struct lease *lease);
	void (*retry)(void *ctx, struct json_object *verdict,
	    const int64_t *tried, int n_tried, struct lease *lease);
	/* A part was answered: a key for the next one. verdict is on the one
	 * that answered, or NULL. */
	void (*next)(
	    void *ctx, struct json_object *verdict, struct lease *lease);
	/* After LEASE_WAIT, when its wait_ms have passed: the same as begin()
	 * and retry(), once more. */
	void (*wait)(void *ctx, struct lease *lease);
	/* Waiting ended before the pool said so: others are not to wait behind
	 * this request. */
	void (*leave_line)(void *ctx);
	/* Up to n further keys for lanes, none of them among tried; their
	 * number, which may be 0. */
	int (*lease_more)(void *ctx, const int64_t *tried, int n_tried,
	    struct lease *leases, int n);

	/* No more attempts: the verdict is put in force, and lease says when
	 * the first key is free (when_free_ask). False if nobody knows. */
	bool (*when_free)(
	    void *ctx, struct json_object *verdict, struct lease *lease);

	/* The n-th attempt begins. */
	void (*attempt)(void *ctx, int n);

	/* Gemini: n exchanges side by side, each lane with its key. */
	void (*send)(void *ctx, const struct lease *const *keys, int n,
	    const struct exchange_many_sink *sink);

	/* The client. commit: status 200 and headers; whole: the body is
	 * complete and len bytes long. */
	bool (*gone)(void *ctx);
	/* Is it we who end it, because the program is to end? gone() is true
	 * as well, but the client can be told. */
	bool (*stopped)(void *ctx);
	void (*pause)(void *ctx, int ms);
	void (*commit)(void *ctx, bool whole, size_t len);
	/* False if the client has gone. */
	bool (*write)(void *ctx, const char *bytes, size_t len);
	/* An error instead of an answer; nothing was committed. */
	void (*refuse)(void *ctx, const struct api_error *error);
	/* Break a committed answer off. */
	void (*break_off)(void *ctx);
	/* The answer is complete: let the client have its end. */
	void (*finish)(void *ctx);

	/* The account. */
	void (*end)(
	    void *ctx, const struct account *account, enum outcome outcome);
};

/* What a piece of the answer amounts to. */
enum feed {
	FEED_HOLD,    /* nothing to show yet */
	FEED_SHOW,    /* something for the client was appended to out */
	FEED_REFUSED, /* an error event: its JSON is in refusal */
	FEED_GARBLED, /* not understood, or larger than allowed */
};

/* How an answer looks when no more will come. */
struct closing {
	enum attempt_end end; /* ANSWERED, BLOCKED, EMPTY, MISSING, GARBLED or
				 CUT */
	enum outcome outcome; /* with ANSWERED and BLOCKED */
	bool as_error;        /* with BLOCKED: the client is told in an error */
	enum api_fault fault; /* … of that kind; NONE: FAULT_PROMPT_BLOCKED */
	bool again;           /* ask the same key once more: it goes on */
	bool next;            /* the answer goes on with another key */
	bool if_complete;     /* the end holds only if the connection says so,
				 too: the answer does not tell its end */
	const char *reason;   /* with EMPTY, MISSING and as_error: Gemini's
				 word, or NULL; borrowed until the next call
				 of the task */
};

/* One API's way of understanding answers. */
struct relay_task {
	void *ctx;
	enum api_dialect dialect; /* of its errors */
	bool heartbeats;          /* SSE comments may be sent while waiting */
	bool streamed;            /* else: one whole body at the end */
	bool file_route;          /* names a file, cache or operation */
	bool once;                /* it makes something: never asked again where
				     Google may have done it */
	/* Has what is sent been used up, so that nobody else can be asked? May
	 * be NULL. */
	bool (*spent)(void *ctx);
	bool keeps_status; /* a refusal that is the request's fault is
			      told with Google's own status */
	/* A lane that fails does not break the others off: the attempt fails
	 * when all have ended, and what those have given is the task's to
	 * keep. lanes() then says how many are still wanted; rescue() has what
	 * came if there may be no other attempt. Nothing is put out before
	 * all is there. */
	bool apart;
	/* How often an empty answer may be asked for again; 0: as the verdict
	 * has it. */
	int empty_retries;
	/* … and what the client is told it is; NULL: as the verdict has it. */
	const char *empty_words;
	/* The first key is there, and with it the settings that are in force:
	 * may the request go on? False with *error set. May be NULL. */
	bool (*admit)(void *ctx, struct api_error *error);
	/* How many lanes the next attempt has, up to EXCHANGE_LANES. NULL:
	 * always one. */
	int (*lanes)(void *ctx);
	/* An attempt begins with that key: put the request in order for it.
	 * If lanes have keys of several scopes its scope is "": what is bound
	 * to one of them is good for none; so it is with its pool. May be
	 * NULL. */
	void (*leased)(void *ctx, const struct lease *lease);
	/* Gemini has refused the request with these words: mend it, so that
	 * the same key may be asked again. False if that cannot be. May be
	 * NULL. */
	bool (*repair)(void *ctx, const char *message);
	/* A field of the head of a lane's answer, whatever its status is; its
	 * name in lower case. May be NULL. */
	void (*header)(
	    void *ctx, int lane, const char *name, const char *value);
	/* The head of a good answer; NULL: its form is seen in the bytes. */
	void (*head)(void *ctx, const char *content_type);
	/* A piece of a lane's answer; out may hold what other lanes gave. */
	enum feed (*feed)(void *ctx, int lane, const char *bytes, size_t len,
	    struct buf *out, struct buf *refusal);
	/* No more will come of this lane; last: nor of any other, what is
	 * left to show of the whole answer is appended to out. */
	struct closing (*close)(
	    void *ctx, int lane, bool last, struct buf *out);
	/* The marks in what feed() and close() have put out since out was
	 * empty, and their number: where pieces end, and how long each is to
	 * stand before the next one is sent. They are the task's, until its
	 * next call. NULL: there are no pieces. */
	size_t (*marks)(void *ctx, const struct pace_mark **marks);
	/* Forget the answer so far, but for parts that are complete: another
	 * attempt begins. */
	void (*restart)(void *ctx);
	/* The request has failed, and nothing of an answer has gone to the
	 * client: what it may have instead of that error is appended to out.
	 * False if there is nothing. May be NULL. */
	bool (*rescue)(
	    void *ctx, const struct api_error *error, struct buf *out);
	/* An error after the commit; false, or NULL, if this form cannot
	 * carry one and must be broken off. */
	bool (*fail)(void *ctx, const struct api_error *error, struct buf *out);
	/* What Google counts for it. */
	const struct usage *(*usage)(void *ctx);
	/* What is to be remembered of the answer, for requests_end(); owned by
	 * the task. May be NULL, and may give NULL. */
	struct json_object *(*remember)(void *ctx, bool answered);
};

struct relay_policy {
	int max_retries;
	int max_failures;      /* ambiguous faults in a row: key disabled */
	int64_t prompt_tokens; /* of the request, estimated; 0: not known */
	int64_t total_ms;      /* from the request's start */
	int64_t first_byte_ms; /* of one attempt */
	int64_t idle_ms;
	int64_t heartbeat_ms;
	int retry_after_max_s;
	size_t max_answer; /* bytes that may be held */
};

/* Serve one request to its end: client answered, account reported. */
void relay_run(const struct relay_ports *ports, const struct relay_task *task,
    const struct relay_policy *policy);

#endif
