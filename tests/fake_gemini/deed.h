/* The "do" of a rule: what to answer, and what to do wrong. */
#ifndef FAKE_DEED_H
#define FAKE_DEED_H

#include "reply.h"

struct json_object;

/* Numbers are -1 and pointers NULL where the rule says nothing. */
struct deed {
	long long status;
	long long text_events;
	long long event_delay_ms;
	long long first_delay_ms;
	long long head_delay_ms;
	long long chunk_bytes;
	long long chunk_delay_ms;
	long long cut_after_bytes;
	long long cut_after_events;
	long long silence_after_events;
	long long error_event_at;
	long long filler_bytes;
	const char *raw;
	const char *content_type;
	const char *error;
	const char *retry_delay;
	const char *project;
	const char *text;
	bool error_array;
	bool silence;
	bool close;
	bool reset;
	bool no_finish;
	bool own_tokens;
	struct json_object *body;
	struct json_object *headers;
	struct json_object *events;

	/* Worked out from the above. */
	bool finished;        /* events or body hold a proper end */
	struct tokens tokens; /* usageMetadata of events or body */
};

/*
 * deed_read(deed, json, why): false: why says which member is wrong.  The deed
 *   points into json, which must live as long.
 * deed_none: a deed that says nothing.
 * deed_fixed(deed): it brings its own answer, whatever the request says.
 * deed_usage(answer, tokens): its usageMetadata; false: it has none.
 * deed_json(value, length): a value as compact JSON text, kept by the value.
 */
extern const struct deed deed_none;
bool deed_read(struct deed *, struct json_object *, struct buf *);
bool deed_fixed(const struct deed *);
bool deed_usage(struct json_object *, struct tokens *);
const char *deed_json(struct json_object *, size_t *);

#endif
