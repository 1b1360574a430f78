/* Successful answers: texts, tokens, unary bodies and stream events. */
#include "answers.h"

#include <string.h>

/* So much of a prompt is said back. */
#define ANSWERS_ECHO 200

static const char answers_words[] =
    "the quick brown fox jumps over the lazy "
    "dog while a keeper turns the wheel and counts every word ";

/* The largest length up to n that does not split a UTF-8 sequence. */
static size_t
answers_border(const char *text, size_t len, size_t n)
{
	if (n >= len)
		return len;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void
answers_fill(struct buf *out, size_t least)
{
	size_t words = sizeof(answers_words) - 1;

	if (out->len >= least)
		return;
	buf_reserve(out, least - out->len);
	if (out->len > 0)
		buf_text(out, " ");
	while (out->len < least) {
		size_t n = least - out->len;

		buf_add(out, answers_words, n < words ? n : words);
	}
}

void
answers_text(struct buf *out, struct span prompt, size_t least)
{
	size_t n = answers_border(prompt.at, prompt.len, ANSWERS_ECHO);

	if (prompt.len == 0) {
		buf_text(out, "You said nothing.");
	} else {
		buf_text(out, "You said: ");
		buf_add(out, prompt.at, n);
		if (n < prompt.len)
			buf_text(out, "\xe2\x80\xa6");
	}
	answers_fill(out, least);
}

static bool
answers_thinks(const char *model)
{
	return strstr(model, "think") != NULL ||
	    strncmp(model, "gemini-3", 8) == 0 ||
	    strncmp(model, "gemini-4", 8) == 0;
}

static long long
answers_size(size_t bytes)
{
	return (long long)(bytes + 3) / 4;
}

void
answers_count(struct answer *a, long long prompt)
{
	a->tokens.prompt = prompt;
	a->tokens.answer = answers_size(a->text.len);
	a->tokens.thoughts = answers_thinks(a->model) ? 16 + prompt % 48 : 0;
}

/* A member name with its colon, and a blank behind it if that is the style. */
static void
answers_name(struct buf *out, const char *name, bool pretty)
{
	buf_text(out, name);
	if (pretty)
		buf_add(out, " ", 1);
}

static void
answers_usage(struct buf *out, const struct tokens *t, bool pretty)
{
	long long said = t->answer;

	answers_name(out, "\"usageMetadata\":", pretty);
	answers_name(out, "{\"promptTokenCount\":", pretty);
	buf_decimal(out, t->prompt);

	/* Google leaves out what is zero. */
	if (said > 0) {
		answers_name(out, ",\"candidatesTokenCount\":", pretty);
		buf_decimal(out, said);
	}
	answers_name(out, ",\"totalTokenCount\":", pretty);
	buf_decimal(out, t->prompt + said + t->thoughts);
	answers_name(out, ",\"promptTokensDetails\":", pretty);
	answers_name(out, "[{\"modality\":", pretty);
	answers_name(out, "\"TEXT\",\"tokenCount\":", pretty);
	buf_decimal(out, t->prompt);
	buf_text(out, "}]");
	if (t->cached > 0) {
		answers_name(out, ",\"cachedContentTokenCount\":", pretty);
		buf_decimal(out, t->cached);
	}
	if (t->thoughts > 0) {
		answers_name(out, ",\"thoughtsTokenCount\":", pretty);
		buf_decimal(out, t->thoughts);
	}
	buf_text(out, "}");
}

/* Something like the ids of Google: 22 letters, never the same. */
static void
answers_id(struct buf *out, uint64_t number)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789-_";
	uint64_t id = number * UINT64_C(0x9e3779b97f4a7c15) + 1;
	char name[22];

	for (size_t i = 0; i < sizeof(name); i++) {
		name[i] = digits[id & 63];
		id = (id >> 6 | id << 58) * 5 + i;
	}
	buf_add(out, name, sizeof(name));
}

/* usageMetadata, modelVersion and responseId, which end every answer. */
static void
answers_tail(struct buf *out, const struct answer *a, const struct tokens *told,
    bool pretty)
{
	const char *next = pretty ? ",\n  " : ",";

	answers_usage(out, told, pretty);
	buf_text(out, next);
	answers_name(out, "\"modelVersion\":", pretty);
	buf_json(out, a->model, strlen(a->model));
	buf_text(out, next);
	answers_name(out, "\"responseId\":", pretty);
	buf_text(out, "\"");
	answers_id(out, a->number);
	buf_text(out, "\"");
}

void
answers_unary(struct buf *out, const struct answer *a)
{
	buf_text(out,
	    "{\n  \"candidates\": [\n    {\n      \"content\": {\n"
	    "        \"parts\": [\n          {\n            \"text\": ");
	buf_json(out, a->text.at, a->text.len);
	buf_text(out,
	    "\n          }\n        ],\n"
	    "        \"role\": \"model\"\n      },\n");
	if (!a->unfinished)
		buf_text(out, "      \"finishReason\": \"STOP\",\n");
	buf_text(out, "      \"index\": 0\n    }\n  ],\n  ");
	answers_tail(out, a, &a->tokens, true);
	buf_text(out, "\n}\n");
}

struct tokens
answers_said(const struct answer *a, size_t i)
{
	size_t len = a->text.len;
	struct tokens said = a->tokens;

	if (a->own)
		said.answer =
		    said.answer * (long long)(i + 1) / (long long)a->events;
	else
		said.answer = answers_size(
		    answers_border(a->text.at, len, len * (i + 1) / a->events));
	return said;
}

void
answers_event(struct buf *out, const struct answer *a, size_t i)
{
	size_t len = a->text.len, n = a->events;
	size_t from = answers_border(a->text.at, len, len * i / n);
	size_t to = answers_border(a->text.at, len, len * (i + 1) / n);
	struct tokens told;

	buf_text(out, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":");
	buf_json(out, a->text.at + from, to - from);
	buf_text(out, "}],\"role\":\"model\"},");
	if (i + 1 == n && !a->unfinished)
		buf_text(out, "\"finishReason\":\"STOP\",");
	buf_text(out, "\"index\":0}],");
	told = answers_said(a, i);
	answers_tail(out, a, &told, false);
	buf_text(out, "}");
}

void
answers_tokens(struct buf *out, long long n)
{
	buf_printf(out,
	    "{\n  \"totalTokens\": %lld,\n"
	    "  \"promptTokensDetails\": [\n    {\n"
	    "      \"modality\": \"TEXT\",\n      \"tokenCount\": %lld\n"
	    "    }\n  ]\n}\n",
	    n, n);
}
