/* Pictures: from Gemini's answers into OpenAI's. */
#include "protocol/image_answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "protocol/gemini_reader.h"
#include "protocol/image_predict.h"

/* Words about a picture are few. */
#define WORDS_MAX ((size_t)64 * 1024)

/* --- out of Gemini's answer ---------------------------------------------- */

/* An answer is being read. */
struct reading {
	const struct buf *raw;
	int most, n;
	struct {
		const char *text; /* maybe inside of raw */
		size_t len;
		char mime[MEDIA_TYPE_SIZE];
		struct buf own; /* … else a copy */
	} of[IMAGE_MAX];
	struct buf words;
	bool bad; /* one is no base64 */
};

static bool
lies_in(const struct buf *raw, const char *text, size_t len)
{
	return text >= raw->data && text + len <= raw->data + raw->len;
}

static void
take_picture(struct reading *r, const struct delta *d)
{
	if (r->n == r->most)
		return;
	int i = r->n++;
	media_type_read(d->mime, strlen(d->mime), r->of[i].mime);
	buf_init(&r->of[i].own, r->raw->max);
	if (base64_is_plain(d->text, d->len)) {
		r->of[i].text = d->text;
		r->of[i].len = d->len;
		if (!lies_in(r->raw, d->text, d->len))
			buf_add(&r->of[i].own, d->text, d->len);
	} else if (!base64_tidy(&r->of[i].own, d->text, d->len)) {
		r->bad = true;
	}
	r->bad = r->bad || !buf_ok(&r->of[i].own);
}

static void
on_delta(void *ctx, const struct delta *d)
{
	struct reading *r = ctx;
	if (d->kind == DELTA_IMAGE)
		take_picture(r, d);
	else if (d->kind == DELTA_TEXT)
		buf_add(&r->words, d->text, d->len);
}

/* All but the first get memory of their own; the first keeps the answer's. */
static void
keep_pictures(struct image_answer *a, struct reading *r, struct buf *raw)
{
	for (int i = r->n - 1; i >= 0; i--) {
		struct image_picture *p = &a->of[a->n + i];
		memcpy(p->mime, r->of[i].mime, sizeof(p->mime));
		buf_init(&p->base64, raw->max);
		if (r->of[i].own.len > 0) {
			buf_move(&p->base64, &r->of[i].own);
		} else if (i > 0) {
			buf_add(&p->base64, r->of[i].text, r->of[i].len);
		} else {
			buf_keep(raw, (size_t)(r->of[i].text - raw->data),
			    r->of[i].len);
			buf_move(&p->base64, raw);
		}
	}
	if (r->n > 0 && r->words.len > 0)
		a->of[a->n].words = strdup(buf_cstr(&r->words));
}

/* The tokens of the pictures in a prompt. */
static int64_t
count_shown(struct json_object *event)
{
	struct json_object *list =
	    json_path(event, "usageMetadata", "promptTokensDetails", NULL);
	int64_t sum = 0;
	for (size_t i = 0; i < json_count(list); i++) {
		const char *word = json_get_text(json_at(list, i), "modality");
		int64_t n = json_get_int(json_at(list, i), "tokenCount", 0);
		if (word != NULL && strcmp(word, "IMAGE") == 0 && n > 0 &&
		    n < INT32_MAX)
			sum += n;
	}
	return sum;
}

/* What the answer amounts to, by how it ended. */
static enum image_found
judge(const struct gemini_reader *r, const struct reading *reading,
    char *reason, size_t size)
{
	const struct gemini_choice *c = &r->choices[0];
	snprintf(reason, size, "%s",
	    gemini_reader_block(r, 0) ? r->block_reason : c->reason);
	if (reading->bad)
		return IMAGE_GARBLED;
	if (reading->n > 0)
		return IMAGE_FOUND;
	if (gemini_reader_block(r, 0) != NULL || c->finish == FINISH_FILTER)
		return IMAGE_REFUSED;
	if (c->finish == FINISH_NONE && c->seen)
		return IMAGE_CUT;
	/* It is well, and there is no picture. */
	if (c->finish == FINISH_STOP || c->finish == FINISH_NONE)
		snprintf(reason, size, "NO_IMAGE");
	return IMAGE_NONE;
}

/* The answer as generateContent gives it. The caller owns it. */
static struct json_object *
parse(const struct buf *raw)
{
	struct json_object *event =
	    surrogate_parse(buf_cstr(raw), raw->len, NULL);
	struct json_object *other = image_predict_answer(event);
	if (other == NULL)
		return event;
	json_object_put(event);
	return other;
}

static void
keep_usage(struct image_answer *a, const struct reading *r,
    const struct usage *usage, int64_t shown)
{
	usage_add(&a->kept, usage);
	if (r->n > 0) {
		a->of[a->n].usage = *usage;
		a->of[a->n].shown_tokens = shown;
	}
}

void
image_answer_restart(struct image_answer *a)
{
	a->billed = a->kept;
}

enum image_found
image_answer_take(struct image_answer *a, struct buf *raw, int most,
    char *reason, size_t size)
{
	struct gemini_reader reader;
	struct reading r = {.raw = raw,
	    .most = most < IMAGE_MAX - a->n ? most : IMAGE_MAX - a->n};
	enum image_found found = IMAGE_GARBLED;
	struct json_object *event = parse(raw);
	*reason = '\0';
	buf_init(&r.words, WORDS_MAX);
	gemini_reader_init(&reader, on_delta, &r);
	if (event != NULL && json_get(event, "error") == NULL &&
	    gemini_reader_feed(&reader, event)) {
		gemini_reader_end(&reader);
		found = judge(&reader, &r, reason, size);
	}
	usage_add(&a->billed, &reader.usage);
	if (found == IMAGE_FOUND || found == IMAGE_REFUSED)
		keep_usage(a, &r, &reader.usage, count_shown(event));
	/* The views into raw go before it is cut. */
	json_object_put(event);
	if (found == IMAGE_FOUND) {
		keep_pictures(a, &r, raw);
		a->n += r.n;
	}
	for (int i = 0; i < r.n; i++)
		buf_clear(&r.of[i].own);
	gemini_reader_clear(&reader);
	buf_clear(&r.words);
	buf_clear(raw);
	return found;
}

void
image_answer_drop(struct image_answer *a, int n)
{
	while (a->n > n) {
		struct image_picture *p = &a->of[--a->n];
		buf_clear(&p->base64);
		free(p->url);
		free(p->words);
		*p = (struct image_picture){.url = NULL};
	}
}

void
image_answer_clear(struct image_answer *a)
{
	image_answer_drop(a, 0);
	*a = (struct image_answer){0};
}
