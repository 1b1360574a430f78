/*
 * The state of a Responses answer: finished items, at most one that is open,
 * and where the stream is. Private to the responses_* files that answer.
 */
#ifndef KEYWHEEL_PROTOCOL_RESPONSES_ANSWER_PARTS_H
#define KEYWHEEL_PROTOCOL_RESPONSES_ANSWER_PARTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "protocol/chat_answer.h"
#include "protocol/gemini_reader.h"
#include "protocol/responses_echo.h"

/* Room for "msg_", an id of ours and an index. */
#define RESPONSES_ID_SIZE 72

/* More than a model writes; a stream keeps its items for the end, too. */
#define RESPONSES_MAX ((size_t)64 * 1024 * 1024)

enum responses_kind {
	ITEM_NONE,
	ITEM_REASONING,
	ITEM_MESSAGE,
};

/* The item that is being written. Calls and images come whole: they are
 * never open. */
struct responses_item {
	enum responses_kind kind;
	char id[RESPONSES_ID_SIZE];
	bool has_part; /* its part has been announced */
	struct buf text;
	struct buf logprobs; /* elements with commas between them */
	size_t start;        /* where it begins in all text of the answer */
};

struct responses_answer {
	const struct chat_request *req;
	struct chat_stamp stamp;
	struct responses_wishes wishes;
	uint64_t random;                /* state of the call ids */
	struct json_object *signatures; /* {call id: signature}, or NULL */
	struct gemini_reader reader;
	struct buf echo; /* the request's part of the response object */

	struct responses_item item; /* the open one */
	struct buf items;           /* the finished ones, with commas */
	int n_items;                /* … the index of the open one */
	bool spoke;                 /* there is more than thoughts */
	struct json_object *grounding;
	struct json_object *url_context;

	/* Stream. */
	bool opened; /* response.created is out */
	bool quiet;  /* no events now */
	int64_t sequence;
	struct buf *out; /* during a call only */
};

#endif
