/*
 * What the two forms of a chat answer share: the state of the answer and the
 * writers of its pieces. Private to chat_answer, chat_stream and chat_whole.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_ANSWER_PARTS_H
#define KEYWHEEL_PROTOCOL_CHAT_ANSWER_PARTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "protocol/base64_join.h"
#include "protocol/chat_answer.h"
#include "protocol/gemini_reader.h"
#include "protocol/insertions.h"

/* One choice, as far as it is not kept by the reader. */
struct chat_choice {
	/* Gemini's text, and what we put into it. Kept in both forms:
	 * citations count their code points. */
	struct buf content;
	struct insertions ours;
	bool in_thought;               /* <thought> is open */
	char *signature;               /* the last one of a text */
	struct json_object *grounding; /* the last one of use */
	struct json_object *url_context;
	int images; /* so far: the next one's index */

	/* Stream. */
	bool opened; /* its role chunk is out */

	/* Whole answer; lists are elements with commas between them. */
	struct buf thoughts;
	struct buf calls;
	struct buf image_list;
	struct buf logprobs;
	struct buf audio;
	struct base64_join audio_join;
};

struct chat_answer {
	const struct chat_request *req;
	struct chat_stamp stamp;
	uint64_t random;                /* state of the call ids */
	struct json_object *signatures; /* {call id: signature}, or NULL */
	struct gemini_reader reader;
	struct chat_choice choices[GEMINI_MAX_CHOICES];

	/* Stream: what all chunks begin and end with. */
	struct buf head;
	const char *tail;
	struct buf *out; /* during a call only */

	/* The address of the picture that is dealt with; "": it has none. */
	struct buf address;
};

/* The choices of the answer: at least one. */
int chat_answer_count(const struct chat_answer *a);

/* False for an index that no candidate had. */
bool chat_answer_has(const struct chat_answer *a, int i);

/* OpenAI's finish_reason of choice i. */
const char *chat_answer_reason(const struct chat_answer *a, int i);

/* Append the text of the refusal; false if choice i was not refused. */
bool chat_answer_refusal(const struct chat_answer *a, int i, struct buf *text);

/* Append one element of tool_calls (with its index for a stream, -1 for
 * none), or the function_call of the legacy form. */
void chat_answer_call(
    struct chat_answer *a, const struct delta *d, int index, struct buf *out);

/* Append one element of images. */
void chat_answer_image(
    struct chat_answer *a, const struct delta *d, struct buf *out);

/* Append {"google":{"thought_signature":…}}. */
void chat_answer_extra(const char *signature, struct buf *out);

/* Append "id":…,"expires_at":… of the audio of choice i. */
void chat_answer_audio_id(const struct chat_answer *a, int i, struct buf *out);

/* Append the elements of annotations of choice i for the content that the
 * client gets: len bytes from the cut on. Their number. */
size_t chat_answer_annotations(const struct chat_answer *a, int i, size_t cut,
    size_t len, struct buf *out);

#endif
