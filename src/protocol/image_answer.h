/*
 * Pictures out of Gemini's answers, and OpenAI's answer out of those (contract
 * section 4.2). A picture is of megabytes: its base64 is held once, from the
 * bytes that arrive to those that go out.
 */
#ifndef KEYWHEEL_PROTOCOL_IMAGE_ANSWER_H
#define KEYWHEEL_PROTOCOL_IMAGE_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "protocol/image_request.h"
#include "protocol/media_type.h"
#include "protocol/usage.h"

struct image_picture {
	char mime[MEDIA_TYPE_SIZE];
	struct buf base64; /* in its plain form */
	char *url;         /* where it is, in the place of base64; or NULL */
	char *words;       /* the model's, about it; or NULL */
	struct usage usage;
	int64_t shown_tokens; /* of the prompt: for the pictures in it */
};

/* Zero-initialised: nothing yet. */
struct image_answer {
	struct image_picture of[IMAGE_MAX];
	int n;
	struct usage billed; /* of all answers */
	struct usage kept;   /* … but those that gave nothing */
};

/* What an answer amounts to. */
enum image_found {
	IMAGE_FOUND,
	IMAGE_REFUSED, /* by Google's policy */
	IMAGE_NONE,    /* words, or nothing */
	IMAGE_GARBLED,
	IMAGE_CUT,
};

/*
 * Take the pictures, `most` of them at most, out of the whole answer of one
 * call, whose bytes are in raw; raw is empty afterwards. reason, of so many
 * bytes, gets Gemini's word for how it ended, or "".
 */
enum image_found image_answer_take(struct image_answer *a, struct buf *raw,
    int most, char *reason, size_t size);

/* Answers that gave nothing are asked for again: what they took is not billed
 * to those that come. */
void image_answer_restart(struct image_answer *a);

/* Append OpenAI's answer, or the events of its stream. The pictures are used
 * up. */
void image_answer_write(struct image_answer *a, const struct image_request *req,
    int64_t created_s, struct buf *out);

/* Keep the first n pictures. */
void image_answer_drop(struct image_answer *a, int n);

void image_answer_clear(struct image_answer *a);

#endif
