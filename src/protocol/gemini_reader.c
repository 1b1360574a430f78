/* Reading Gemini's events: candidates, how they ended, and the usage. */
#include "protocol/gemini_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "protocol/gemini_part.h"

void
gemini_reader_init(struct gemini_reader *r, delta_fn *sink, void *ctx)
{
	*r = (struct gemini_reader){.sink = sink, .ctx = ctx};
	buf_init(&r->joined, BUF_LARGE);
}

void
gemini_reader_clear(struct gemini_reader *r)
{
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++) {
		free(r->choices[i].message);
		free(r->choices[i].part_start);
	}
	free(r->model_version);
	free(r->response_id);
	free(r->continuation);
	buf_clear(&r->joined);
	gemini_reader_init(r, r->sink, r->ctx);
}

/* Gemini's finish reasons (contract 2.2); any other word is FINISH_OTHER. */
static const struct {
	const char *word;
	enum finish finish;
} reasons[] = {
    {"STOP", FINISH_STOP},
    {"MAX_TOKENS", FINISH_LENGTH},
    {"CONTINUATION", FINISH_LENGTH},
    {"SAFETY", FINISH_FILTER},
    {"BLOCKLIST", FINISH_FILTER},
    {"PROHIBITED_CONTENT", FINISH_FILTER},
    {"SPII", FINISH_FILTER},
    {"RECITATION", FINISH_FILTER},
    {"LANGUAGE", FINISH_FILTER},
    {"IMAGE_SAFETY", FINISH_FILTER},
    {"IMAGE_PROHIBITED_CONTENT", FINISH_FILTER},
    {"IMAGE_RECITATION", FINISH_FILTER},
    {"MALFORMED_FUNCTION_CALL", FINISH_RETRY},
    {"UNEXPECTED_TOOL_CALL", FINISH_RETRY},
};

static enum finish
finish_of(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++)
		if (strcmp(word, reasons[i].word) == 0)
			return reasons[i].finish;
	return FINISH_OTHER;
}

/* Keep a word of Gemini's: capitals, digits and underscores, and no more of
 * it than there is room for. */
static void
keep_word(char *room, size_t size, const char *word)
{
	size_t n = 0;
	for (; word[n] != '\0' && n < size - 1; n++) {
		char c = word[n];
		bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9') || c == '_';
		room[n] = (char)(plain ? c : '_');
	}
	room[n] = '\0';
}

/* Keep a text of Gemini's, if it is there and new. */
static void
keep_text(char **slot, const char *text)
{
	if (text == NULL || (*slot != NULL && strcmp(*slot, text) == 0))
		return;
	free(*slot);
	*slot = strdup(text);
}

static void
give_object(struct gemini_reader *r, int choice, enum delta_kind kind,
    struct json_object *object)
{
	if (!json_object_is_type(object, json_type_object) || object == NULL)
		return;
	struct delta d = {.kind = kind, .choice = choice, .object = object};
	r->sink(r->ctx, &d);
}

static void
read_candidate(struct gemini_reader *r, int choice, struct json_object *o)
{
	struct gemini_choice *c = &r->choices[choice];
	c->seen = true;
	if (choice >= r->n_choices)
		r->n_choices = choice + 1;

	struct json_object *parts = json_path(o, "content", "parts", NULL);
	for (size_t i = 0; i < json_count(parts); i++)
		gemini_part_read(r, choice, json_at(parts, i), i == 0);

	give_object(r, choice, DELTA_LOGPROBS, json_get(o, "logprobsResult"));
	give_object(
	    r, choice, DELTA_GROUNDING, json_get(o, "groundingMetadata"));
	give_object(
	    r, choice, DELTA_URL_CONTEXT, json_get(o, "urlContextMetadata"));
	keep_text(&r->continuation, json_get_text(o, "continuationToken"));

	/* Some models repeat their reason in every event: the last counts. */
	const char *reason = json_get_text(o, "finishReason");
	if (reason != NULL) {
		c->finish = finish_of(reason);
		keep_word(c->reason, sizeof(c->reason), reason);
		keep_text(&c->message, json_get_text(o, "finishMessage"));
	}
}

static void
read_block_reason(struct gemini_reader *r, struct json_object *event)
{
	struct json_object *feedback = json_get(event, "promptFeedback");
	const char *word = json_get_text(feedback, "blockReason");
	if (word == NULL || strcmp(word, "BLOCK_REASON_UNSPECIFIED") == 0 ||
	    strcmp(word, "BLOCKED_REASON_UNSPECIFIED") == 0)
		return;
	r->blocked = true;
	keep_word(r->block_reason, sizeof(r->block_reason), word);
}

bool
gemini_reader_feed(struct gemini_reader *r, struct json_object *event)
{
	if (event == NULL || !json_object_is_type(event, json_type_object))
		return false;

	/* An answer's version is told before its text, for those who show it
	 * beside the first delta. */
	r->events++;
	keep_text(&r->model_version, json_get_text(event, "modelVersion"));
	keep_text(&r->response_id, json_get_text(event, "responseId"));
	struct json_object *usage = json_get(event, "usageMetadata");
	if (json_object_is_type(usage, json_type_object)) {
		usage_read(&r->usage, usage);
		usage_continue(&r->usage, &r->before);
	}
	read_block_reason(r, event);

	struct json_object *candidates = json_get(event, "candidates");
	for (size_t i = 0; i < json_count(candidates); i++) {
		struct json_object *o = json_at(candidates, i);
		int64_t index = json_get_int(o, "index", (int64_t)i);
		if (json_object_is_type(o, json_type_object) && index >= 0 &&
		    index < GEMINI_MAX_CHOICES)
			read_candidate(r, (int)index, o);
	}
	return true;
}

void
gemini_reader_end(struct gemini_reader *r)
{
	for (int i = 0; i < r->n_choices; i++)
		gemini_part_end(r, i);
}

char *
gemini_reader_take_continuation(struct gemini_reader *r)
{
	struct gemini_choice *c = &r->choices[0];
	char *token = r->continuation;
	if (r->n_choices != 1 || token == NULL ||
	    strcmp(c->reason, "CONTINUATION") != 0)
		return NULL;
	r->continuation = NULL;
	r->before = r->usage;
	c->finish = FINISH_NONE;
	c->reason[0] = '\0';
	return token;
}

/* True if the candidate ended in a way that calls for another attempt. */
static bool
is_hiccup(const struct gemini_choice *c)
{
	return c->finish == FINISH_RETRY ||
	    (c->finish == FINISH_OTHER && !c->has_content);
}

enum answer_state
gemini_reader_state(const struct gemini_reader *r, bool ended)
{
	int finished = 0, open = 0, hiccups = 0;
	bool content = false;

	for (int i = 0; i < r->n_choices; i++) {
		const struct gemini_choice *c = &r->choices[i];
		if (!c->seen)
			continue;
		if (c->finish == FINISH_NONE)
			open++;
		else
			finished++;
		hiccups += is_hiccup(c);
		content = content || c->has_content;
	}

	if (r->blocked && r->n_choices == 0)
		return ANSWER_BLOCKED;
	if (!ended && (open > 0 || finished == 0))
		return ANSWER_OPEN;
	if (finished == 0 && !content)
		return ANSWER_EMPTY;
	if (open > 0)
		return ANSWER_TRUNCATED;
	return hiccups > 0 ? ANSWER_RETRY : ANSWER_COMPLETE;
}

const char *
gemini_finish_openai(const struct gemini_choice *choice)
{
	switch (choice->finish) {
	case FINISH_LENGTH:
		return "length";
	case FINISH_FILTER:
		return "content_filter";
	default:
		return choice->calls > 0 ? "tool_calls" : "stop";
	}
}
