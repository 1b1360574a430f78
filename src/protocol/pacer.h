/*
 * The stream optimizer: it stands between a gemini_reader and the form that
 * writes the client's stream, gives texts and thoughts on in small pieces,
 * and notes where in the form's output each of them ends. Everything else
 * goes through as it is. Who sends the output keeps the pace (gateway/relay).
 */
#ifndef KEYWHEEL_PROTOCOL_PACER_H
#define KEYWHEEL_PROTOCOL_PACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "protocol/gemini_reader.h"
#include "protocol/text_pieces.h"

/* A piece ends there in the output, and stands so long before the next. */
struct pace_mark {
	size_t end;
	int64_t delay_us;
};

/* What one feed puts out has no more marks than this; further texts of it are
 * not cut. */
#define PACER_MARKS_MAX 16384

struct pacer {
	struct pace_mark *marks; /* of the feed, by their ends */
	size_t n;

	/* private */
	struct text_pace pace;
	delta_fn *sink; /* the form's */
	void *ctx;
	const struct buf *out;     /* of the feed that runs */
	const struct delta *delta; /* that is cut */
	/* Does the choice's text, or thought, stop inside of a URL? */
	bool in_url[GEMINI_MAX_CHOICES][2];
};

/* Step in front of the reader's sink, if that has not been done yet. A pacer
 * begins as {0}; the reader must not be fed any more when it is cleared. */
void pacer_attach(
    struct pacer *p, struct gemini_reader *r, const struct text_pace *pace);
void pacer_clear(struct pacer *p);

/* A feed begins, and the form will append to out: the marks of the one before
 * are forgotten. */
void pacer_begin(struct pacer *p, const struct buf *out);

/* Another attempt begins. */
void pacer_restart(struct pacer *p);

#endif
