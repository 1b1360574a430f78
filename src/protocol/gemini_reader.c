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
	r->choices[r->lane].blocked = true;
	keep_word(r->block_reason, sizeof(r->block_reason), word);
}

/* The last count of a lane is its count. All lanes, and all hops, together: the
 * client is told of the prompt once, Google bills it for each. */
static void
read_usage(struct gemini_reader *r, struct json_object *metadata)
{
	if (!json_object_is_type(metadata, json_type_object))
		return;
	usage_read(&r->lane_usage[r->lane], metadata);

	r->usage = r->before;
	r->billed = r->billed_before;
	for (int i = 0; i < GEMINI_MAX_CHOICES; i++) {
		struct usage next = r->lane_usage[i];
		if (!next.known)
			continue;
		usage_add(&r->billed, &next);
		usage_continue(&next, &r->usage);
		r->usage = next;
	}
}

void
gemini_reader_lane(struct gemini_reader *r, int lane, int lanes)
{
	r->lane = lane;
	r->lanes = lanes;
}

/* Whose candidate is it, the i-th of its event? */
static int64_t
choice_of(
    const struct gemini_reader *r, struct json_object *candidate, size_t i)
{
	if (r->lanes > 1)
		return i == 0 ? r->lane : -1;
	return json_get_int(candidate, "index", (int64_t)i);
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
	read_usage(r, json_get(event, "usageMetadata"));
	read_block_reason(r, event);

	struct json_object *candidates = json_get(event, "candidates");
	for (size_t i = 0; i < json_count(candidates); i++) {
		struct json_object *o = json_at(candidates, i);
		int64_t index = choice_of(r, o, i);
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
	if (r->lanes > 1 || r->n_choices != 1 || token == NULL ||
	    strcmp(c->reason, "CONTINUATION") != 0)
		return NULL;
	r->continuation = NULL;
	r->before = r->usage;
	r->billed_before = r->billed;
	c->finish = FINISH_NONE;
	c->reason[0] = '\0';
	return token;
}

bool
gemini_reader_next(struct gemini_reader *r)
{
	struct gemini_choice *c = &r->choices[0];
	if (r->lanes > 1 || r->n_choices != 1 || c->finish != FINISH_STOP ||
	    !c->has_content)
		return false;
	r->before = r->usage;
	r->billed_before = r->billed;
	c->finish = FINISH_NONE;
	c->reason[0] = '\0';
	return true;
}

/* True if the candidate ended in a way that calls for another attempt. */
static bool
is_hiccup(const struct gemini_choice *c)
{
	return c->finish == FINISH_RETRY ||
	    (c->finish == FINISH_OTHER && !c->has_content);
}

/* What the choices from one on amount to. */
static enum answer_state
state_of(const struct gemini_reader *r, int from, int n, bool ended)
{
	int seen = 0, finished = 0, open = 0, hiccups = 0;
	bool content = false, blocked = false;

	for (int i = from; i < from + n; i++) {
		const struct gemini_choice *c = &r->choices[i];
		blocked = blocked || c->blocked;
		if (!c->seen)
			continue;
		seen++;
		if (c->finish == FINISH_NONE)
			open++;
		else
			finished++;
		hiccups += is_hiccup(c);
		content = content || c->has_content;
	}

	if (blocked && seen == 0)
		return ANSWER_BLOCKED;
	if (!ended && (open > 0 || finished == 0))
		return ANSWER_OPEN;
	if (finished == 0 && !content)
		return ANSWER_EMPTY;
	if (open > 0)
		return ANSWER_TRUNCATED;
	return hiccups > 0 ? ANSWER_RETRY : ANSWER_COMPLETE;
}

enum answer_state
gemini_reader_state(const struct gemini_reader *r, bool ended)
{
	/* How badly off an answer is. */
	static const int rank[] = {
	    [ANSWER_BLOCKED] = 0,
	    [ANSWER_COMPLETE] = 1,
	    [ANSWER_EMPTY] = 2,
	    [ANSWER_RETRY] = 3,
	    [ANSWER_TRUNCATED] = 4,
	    [ANSWER_OPEN] = 5,
	};
	if (r->lanes <= 1)
		return state_of(r, 0, GEMINI_MAX_CHOICES, ended);

	enum answer_state worst = ANSWER_BLOCKED;
	for (int i = 0; i < r->lanes; i++) {
		enum answer_state state = state_of(r, i, 1, ended);
		if (rank[state] > rank[worst])
			worst = state;
	}
	return worst;
}

enum answer_state
gemini_reader_lane_state(const struct gemini_reader *r, int lane)
{
	return r->lanes > 1 ? state_of(r, lane, 1, true)
			    : gemini_reader_state(r, true);
}

const char *
gemini_reader_block(const struct gemini_reader *r, int choice)
{
	const struct gemini_choice *c = &r->choices[choice];
	bool none = r->lanes > 1 ? !c->seen : r->n_choices == 0;
	return none && c->blocked ? r->block_reason : NULL;
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
