/* What generates: prompts, embeddings, predictions, and the quota they use. */
#include <json-c/json.h>
#include <string.h>
#include <time.h>

#include "answers.h"
#include "api_parts.h"
#include "calls.h"
#include "embed.h"
#include "files.h"
#include "pictures.h"
#include "prompt.h"
#include "resources.h"
#include "speech.h"
#include "stream.h"

/* The text and tokens of a generated answer. */
static void
api_compose(struct api *api, const struct deed *deed, struct span prompt,
    struct answer *answer)
{
	struct buf *text = &api->text;
	size_t least = 0;

	answer->model = buf_str(&api->route.model);
	answer->unfinished = deed->no_finish;
	answer->events = deed->text_events > 0 ? (size_t)deed->text_events : 3;
	if (deed->error_event_at > (long long)answer->events)
		answer->events = (size_t)deed->error_event_at;

	/* Many events need some text each. */
	buf_empty(text);
	if (deed->filler_bytes > 0)
		least = (size_t)deed->filler_bytes;
	if (deed->text_events > 0 && least < answer->events * 8)
		least = answer->events * 8;
	if (deed->text != NULL) {
		buf_text(text, deed->text);
		if (deed->filler_bytes > 0)
			answers_fill(text, (size_t)deed->filler_bytes);
	} else {
		answers_text(text, prompt, least);
	}
	answer->text = buf_span(text);
}

/* The same of models that draw. */
static void
api_draw(struct api *api, const struct deed *deed, const struct prompt *prompt,
    struct reply *reply)
{
	struct answer answer = {.number = reply->ticket.number};
	bool sse = api->route.kind == ROUTE_STREAM && api->route.sse;
	struct deed plain = *deed;

	plain.filler_bytes = -1;
	api_compose(api, &plain, prompt->text, &answer);
	answers_count(&answer, prompt->tokens);
	answer.tokens.answer += PICTURES_TOKENS;
	reply->good = !deed->no_finish;
	reply->tokens = answer.tokens;
	if (api->route.kind == ROUTE_STREAM) {
		reply->streamed = true;
		stream_type(sse, reply);
		buf_text(&reply->body, sse ? "data: " : "[");
	}
	pictures_event(&reply->body, &answer, prompt->root,
	    deed->filler_bytes > 0 ? (size_t)deed->filler_bytes : 0);
	if (api->route.kind == ROUTE_STREAM) {
		buf_text(&reply->body, sse ? "\r\n\r\n" : "]");
		reply->says = answer.tokens;
		reply_mark(reply);
	}
}

void
api_predict(struct api *api, const struct deed *deed,
    const struct http_request *request, struct reply *reply)
{
	struct json_object *root;
	struct buf why = {0};

	json_tokener_reset(api->tokener);
	root = json_tokener_parse_ex(
	    api->tokener, request->body.at, (int)request->body.len);
	if (!pictures_predict(&reply->body, root,
		deed->filler_bytes > 0 ? (size_t)deed->filler_bytes : 0,
		reply->ticket.number, &why))
		api_plain(reply, 400, buf_str(&why), NULL);
	json_object_put(root);
	buf_clear(&why);
}

/* A marked call may have numbers of its own. */
static bool
api_own(
    const struct deed *deed, const struct reply *reply, struct tokens *tokens)
{
	bool own = deed->own_tokens && reply->ticket.mark != NULL;

	if (own)
		calls_tokens(&reply->ticket, tokens);
	return own;
}

/* generateContent and streamGenerateContent. */
static void
api_generate(struct api *api, const struct deed *deed,
    const struct prompt *prompt, struct reply *reply)
{
	struct answer answer = {.number = reply->ticket.number};
	bool stream = api->route.kind == ROUTE_STREAM;

	if (deed->events == NULL && speech_model(buf_str(&api->route.model))) {
		speech_write(deed, &api->route, prompt, reply);
		return;
	}
	api_compose(api, deed, prompt->text, &answer);
	answers_count(&answer, prompt->tokens);
	answer.own = api_own(deed, reply, &answer.tokens);
	reply->good = !deed->no_finish;
	reply->tokens = answer.tokens;
	if (deed->events != NULL) {
		reply->good = deed->finished && !deed->no_finish;
		reply->tokens = deed->tokens;
	}
	if (stream) {
		stream_write(deed, &api->route, &answer, reply);
	} else if (deed->events != NULL) {
		stream_first(deed, reply);
	} else {
		answers_unary(&reply->body, &answer);
	}
}

static uint64_t
api_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* What a refusal by quota, or for a dead key, says. */
void
api_refusal(
    struct api *api, const struct quota_refusal *no, struct reply *reply)
{
	struct deed deed = deed_none;

	if (no->error == NULL && no->limit == 0)
		deed.error = "rate_zero";
	else
		deed.error = no->error;
	deed.project = no->number;
	if (deed.error != NULL) {
		api_error(api, &deed, deed.error, reply);
		return;
	}
	reply->status = 429;
	reply->good = false;
	quota_answer(no, buf_str(&api->route.model), &reply->body);
}

/* Only what generates counts. */
static bool
api_may_generate(
    struct api *api, const struct prompt *prompt, struct reply *reply)
{
	struct quota_refusal no;

	if (quota_call(api->control.quota, buf_str(&api->route.key),
		buf_str(&api->route.model), prompt->tokens, api_now(), &no))
		return true;
	api_refusal(api, &no, reply);
	return false;
}

/* The requests that carry a prompt. */
void
api_prompt(struct api *api, const struct deed *deed,
    const struct http_request *request, struct reply *reply)
{
	struct prompt prompt;
	struct buf why = {0};

	if (!prompt_read(&prompt, api->tokener, request->body, &why) ||
	    (pictures_asked(prompt.root) &&
		!pictures_check(
		    prompt.root, buf_str(&api->route.model), &why))) {
		api_refuse(&why, reply);
	} else if (!resources_may_use(api->control.resources,
		       quota_project(
			   api->control.quota, buf_str(&api->route.key)),
		       prompt.root, reply) ||
	    !files_may_use(api->control.files,
		quota_project(api->control.quota, buf_str(&api->route.key)),
		prompt.root, reply)) {
		/* It has said so. */
	} else if (api->route.kind == ROUTE_COUNT) {
		answers_tokens(&reply->body, prompt.tokens);
	} else if (!speech_may(&prompt, buf_str(&api->route.model), &why)) {
		api_refuse(&why, reply);
	} else if (!api_may_generate(api, &prompt, reply)) {
		/* The reply says so. */
	} else if (pictures_asked(prompt.root) && deed->events == NULL &&
	    deed->text == NULL) {
		api_draw(api, deed, &prompt, reply);
	} else {
		api_generate(api, deed, &prompt, reply);
	}
	prompt_clear(&prompt);
	buf_clear(&why);
}

/* Some models tell what an embedding took. */
static void
api_embed_usage(const struct deed *deed, struct reply *reply)
{
	struct tokens tokens;

	if (!reply->good || !api_own(deed, reply, &tokens))
		return;
	reply->tokens = (struct tokens){.prompt = tokens.prompt};
	reply->body.len =
	    (size_t)(strrchr(reply->body.at, '}') - reply->body.at);
	buf_printf(&reply->body,
	    ",\"usageMetadata\":{\"promptTokenCount\":%lld}}\n", tokens.prompt);
}

/* Each text of a batch counts as a request of its own. */
void
api_embed(struct api *api, const struct deed *deed,
    const struct http_request *request, struct reply *reply)
{
	struct buf why = {0};
	size_t n;

	if (!embed_write(api->route.kind == ROUTE_EMBED_BATCH,
		buf_str(&api->route.model), api->tokener, request->body,
		&reply->body, &n, &why)) {
		buf_empty(&reply->body);
		api_refuse(&why, reply);
	}
	for (size_t i = 0; reply->good && i < n; i++) {
		struct quota_refusal no;

		if (quota_call(api->control.quota, buf_str(&api->route.key),
			buf_str(&api->route.model), 1, api_now(), &no))
			continue;
		buf_empty(&reply->body);
		api_refusal(api, &no, reply);
	}
	api_embed_usage(deed, reply);
	buf_clear(&why);
}
