/* Embeddings: Gemini's numbers in, OpenAI's answer out. */
#include "protocol/embed_answer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "protocol/embed_reader.h"

void
embed_answer_init(struct embed_answer *a, size_t max)
{
	*a = (struct embed_answer){0};
	buf_init(&a->numbers, max);
}

void
embed_answer_clear(struct embed_answer *a)
{
	buf_clear(&a->numbers);
}

/* --- reading ------------------------------------------------------------- */

/* One call's answer on its way in. */
struct intake {
	struct buf *numbers; /* NULL: they are only counted */
	size_t n;            /* vectors */
	size_t size;         /* of each; 0: not known yet */
	size_t got;          /* of the one that comes */
};

static bool
take_number(void *ctx, float number)
{
	struct intake *in = ctx;
	in->got++;
	if (in->numbers != NULL)
		buf_add(in->numbers, &number, sizeof(number));
	return in->numbers == NULL || buf_ok(in->numbers);
}

static bool
end_vector(void *ctx)
{
	struct intake *in = ctx;
	if (in->got == 0 || (in->size > 0 && in->got != in->size))
		return false;
	in->size = in->got;
	in->got = 0;
	in->n++;
	return true;
}

static bool
read_answer(struct intake *in, const char *text, size_t len, int64_t *tokens)
{
	struct embed_sink sink = {
	    .ctx = in, .number = take_number, .vector = end_vector};
	bool ok = embed_reader_read(text, len, &sink);
	*tokens = sink.tokens;
	return ok;
}

bool
embed_answer_take(
    struct embed_answer *a, const char *text, size_t len, size_t expected)
{
	struct intake in = {.numbers = &a->numbers, .size = a->size};
	size_t before = a->numbers.len;
	int64_t tokens;
	if (!read_answer(&in, text, len, &tokens) || in.n != expected) {
		if (buf_ok(&a->numbers))
			a->numbers.len = before;
		return false;
	}
	a->n += in.n;
	a->size = in.size;
	a->tokens += tokens;
	return true;
}

bool
embed_answer_check(const char *text, size_t len, int64_t *tokens)
{
	struct intake in = {0};
	return read_answer(&in, text, len, tokens) && in.n > 0;
}

/* --- writing ------------------------------------------------------------- */

/* What one vector is multiplied by to be of length 1; a vector of zeros has
 * no direction and stays. */
static double
scale_of(const char *numbers, size_t size)
{
	double sum = 0;
	for (size_t i = 0; i < size; i++) {
		float x;
		memcpy(&x, numbers + i * sizeof(x), sizeof(x));
		sum += (double)x * (double)x;
	}
	return sum > 0 ? 1 / sqrt(sum) : 1;
}

static float
number_at(const char *numbers, size_t i, double scale)
{
	float x;
	memcpy(&x, numbers + i * sizeof(x), sizeof(x));
	return (float)((double)x * scale);
}

/* Nine digits bring each number back as it was. */
static void
write_floats(const char *numbers, size_t size, double scale, struct buf *out)
{
	char text[32];
	for (size_t i = 0; i < size; i++) {
		int len = snprintf(text, sizeof(text), "%s%.9g",
		    i == 0 ? "[" : ",", (double)number_at(numbers, i, scale));
		buf_add(out, text, (size_t)len);
	}
	buf_byte(out, ']');
}

/* Four bytes each, the least one first, whatever machine this is. */
static void
write_base64(const char *numbers, size_t size, double scale, struct buf *out)
{
	struct buf bytes;
	buf_init(&bytes, size * 4);
	for (size_t i = 0; i < size; i++) {
		float x = number_at(numbers, i, scale);
		uint32_t bits;
		memcpy(&bits, &x, sizeof(bits));
		const uint8_t four[4] = {(uint8_t)bits, (uint8_t)(bits >> 8),
		    (uint8_t)(bits >> 16), (uint8_t)(bits >> 24)};
		buf_add(&bytes, four, sizeof(four));
	}
	buf_byte(out, '"');
	base64_encode(out, bytes.data, bytes.len);
	buf_byte(out, '"');
	if (!buf_ok(&bytes))
		buf_fail(out);
	buf_clear(&bytes);
}

size_t
embed_answer_size(const struct embed_request *req, size_t size)
{
	/* "-0.0123456789," is what a number of a long vector is like; in
	 * base64 three have 16 characters. */
	size_t vector = req->base64 ? size * 16 / 3 : size * 14;
	return req->n * (vector + 64);
}

void
embed_answer_keep(struct embed_answer *a, size_t n, int64_t tokens)
{
	if (n >= a->n)
		return;
	a->n = n;
	a->numbers.len = n * a->size * sizeof(float);
	a->size = n == 0 ? 0 : a->size;
	a->tokens = tokens;
}

void
embed_answer_write(const struct embed_answer *a,
    const struct embed_request *req, int64_t tokens, struct buf *out)
{
	buf_str(out, "{\"object\":\"list\",\"data\":[");
	for (size_t i = 0; i < a->n && buf_ok(out); i++) {
		const char *numbers =
		    a->numbers.data + i * a->size * sizeof(float);
		double scale =
		    req->dimensions > 0 ? scale_of(numbers, a->size) : 1;
		buf_fmt(out,
		    "%s{\"object\":\"embedding\",\"index\":%zu,\"embedding\":",
		    i == 0 ? "" : ",", i);
		(req->base64 ? write_base64 : write_floats)(
		    numbers, a->size, scale, out);
		buf_byte(out, '}');
	}
	buf_str(out, "],\"model\":");
	json_write_text(out, req->asked_model, strlen(req->asked_model));
	buf_fmt(out,
	    ",\"usage\":{\"prompt_tokens\":%lld,\"total_tokens\":%lld}}",
	    (long long)tokens, (long long)tokens);
}
