/*
 * Reading Gemini's answer. Events (whole GenerateContentResponse objects)
 * go in one by one; neutral deltas come out, in order, to a sink. The chat
 * stream, the whole chat answer and later the Responses API are sinks.
 */
#ifndef KEYWHEEL_PROTOCOL_GEMINI_READER_H
#define KEYWHEEL_PROTOCOL_GEMINI_READER_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/surrogate.h"
#include "protocol/usage.h"

#define GEMINI_MAX_CHOICES 8
#define GEMINI_NO_TEXT ((size_t)-1)

enum delta_kind {
	DELTA_TEXT,        /* text: part of the answer */
	DELTA_THOUGHT,     /* text: part of the thoughts */
	DELTA_CALL,        /* name, id, arguments (text), signature */
	DELTA_IMAGE,       /* mime, data (base64) */
	DELTA_AUDIO,       /* mime, data (base64) */
	DELTA_SIGNATURE,   /* signature that belongs to text or to nothing */
	DELTA_GROUNDING,   /* object: the candidate's groundingMetadata */
	DELTA_URL_CONTEXT, /* object: its urlContextMetadata */
	DELTA_LOGPROBS,    /* object: the candidate's logprobsResult */
};

/* All pointers are valid during the call only. */
struct delta {
	enum delta_kind kind;
	int choice;       /* candidate.index */
	const char *text; /* or arguments, or data */
	size_t len;       /* bytes of text */
	const char *name; /* of a call */
	const char *id;   /* of a call; NULL if Gemini gave none */
	const char *mime;
	const char *signature; /* thoughtSignature, or NULL */
	struct json_object *object;
};

typedef void delta_fn(void *ctx, const struct delta *d);

/* How one candidate ended (contract 2.2); FINISH_NONE = not yet. */
enum finish {
	FINISH_NONE,
	FINISH_STOP,
	FINISH_LENGTH,
	FINISH_FILTER, /* safety, recitation, … */
	FINISH_RETRY,  /* malformed or unexpected call: try again */
	FINISH_OTHER,  /* stop if there is content, else try again */
};

/* The state of the whole answer so far. */
enum answer_state {
	ANSWER_OPEN,      /* more is to come */
	ANSWER_COMPLETE,  /* every candidate seen has finished */
	ANSWER_BLOCKED,   /* the prompt was refused: no candidates */
	ANSWER_EMPTY,     /* ended, and there was nothing at all */
	ANSWER_RETRY,     /* ended with a hiccup: try again if nothing was sent,
			     else fail; choices[].reason has Gemini's word */
	ANSWER_TRUNCATED, /* ended without a finish reason */
};

struct gemini_choice {
	bool seen;         /* a candidate of this index was met */
	bool blocked;      /* its lane was told that the prompt is refused */
	bool has_content;  /* text, a thought, a call, an image or audio */
	int calls;         /* DELTA_CALLs so far: the next call's index */
	size_t text_bytes; /* of DELTA_TEXT so far, for grounding offsets */
	enum finish finish;
	char reason[48];                          /* Gemini's own word */
	char *message;                            /* finishMessage, or NULL */
	struct surrogate text_half, thought_half; /* of a cut emoji */
	size_t *part_start; /* where the text of each part begins in all
			       DELTA_TEXT; GEMINI_NO_TEXT for other parts */
	size_t n_parts;
	bool open_text, open_thought; /* the last part may be continued */
};

struct gemini_reader {
	delta_fn *sink;
	void *ctx;
	struct usage usage;  /* as the client is told */
	struct usage billed; /* as Google counts it: each call's prompt */
	struct usage lane_usage[GEMINI_MAX_CHOICES];
	int lane, lanes; /* of the events; 0, and 0 or 1: all come in one */
	struct gemini_choice choices[GEMINI_MAX_CHOICES];
	int n_choices;                      /* highest index seen + 1 */
	bool blocked;                       /* in some lane */
	char block_reason[48];              /* … and Gemini's word for it */
	char *model_version;                /* or NULL */
	char *response_id;                  /* or NULL */
	char *continuation;                 /* continuationToken, or NULL */
	struct usage before, billed_before; /* the same of hops before this */
	int events;
	struct buf joined; /* room for a text whose halves were joined */
};

void gemini_reader_init(struct gemini_reader *r, delta_fn *sink, void *ctx);
void gemini_reader_clear(struct gemini_reader *r);

/*
 * Each choice has a call of its own, a lane: the events to come are of this
 * one of so many, and all they hold is of the choice of the same number. To
 * be called before the first event; a reader that was cleared has one lane.
 */
void gemini_reader_lane(struct gemini_reader *r, int lane, int lanes);

/* One event. False if it is no GenerateContentResponse (no object); unknown
 * members and parts are skipped. An event that holds `error` must be kept
 * from it by the caller. Parse with surrogate_parse(), or an emoji that was
 * cut over two events is lost. */
MUSTCHECK bool gemini_reader_feed(
    struct gemini_reader *r, struct json_object *event);

/* After the last event: give the half of an emoji that never found its
 * other half, as U+FFFD. */
void gemini_reader_end(struct gemini_reader *r);

/*
 * Gemini has stopped in the middle and named a token to go on with: take it
 * (the caller frees it) and be ready for the events of the next hop, which
 * belong to the same answer. NULL if the answer is not of that kind, or has
 * several lanes.
 */
char *gemini_reader_take_continuation(struct gemini_reader *r);

/* The same where another call of ours adds to an answer that is complete, as
 * it stands: be ready for its events. False if the answer has no content, was
 * cut short by Google, or has several choices. */
bool gemini_reader_next(struct gemini_reader *r);

/* What the events so far amount to; ended: no more will come. Of several
 * lanes the one that is worst off decides. */
enum answer_state gemini_reader_state(
    const struct gemini_reader *r, bool ended);

/* The same of one lane, which has ended. */
enum answer_state gemini_reader_lane_state(
    const struct gemini_reader *r, int lane);

/* Gemini's word for the refusal of the prompt that the choice has instead of
 * a candidate; NULL: it has one. */
const char *gemini_reader_block(const struct gemini_reader *r, int choice);

/* OpenAI's finish_reason of a choice; calls turn stop into tool_calls. */
const char *gemini_finish_openai(const struct gemini_choice *choice);

#endif
