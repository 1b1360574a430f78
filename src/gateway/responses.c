/* /v1/responses: OpenAI's Responses API over Gemini's stream. */
#include "protocol/responses_answer.h"

#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/converse.h"
#include "gateway/endpoint.h"
#include "protocol/responses_request.h"

static void *
make(const struct chat_request *req, const struct chat_stamp *stamp)
{
	return responses_answer_new(req, stamp);
}

static void
free_answer(void *answer)
{
	responses_answer_free(answer);
}

static struct gemini_reader *
reader(void *answer)
{
	return responses_answer_reader(answer);
}

static bool
feed(void *answer, struct json_object *event, struct buf *out)
{
	return responses_answer_feed(answer, event, out);
}

static void
finish(void *answer, struct buf *out)
{
	responses_answer_finish(answer, out);
}

static void
fail(void *answer, const struct api_error *error, struct buf *out)
{
	responses_answer_fail(answer, error, out);
}

static void
restart(void *answer)
{
	responses_answer_restart(answer);
}

static struct json_object *
signatures(void *answer)
{
	return responses_answer_signatures(answer);
}

static void
serve(struct service *s, const struct route_match *match)
{
	static const struct converse_form form = {
	    .route = "openai.responses",
	    .id_prefix = "resp_",
	    .prompt_field = "input",
	    .read = responses_request_read,
	    .make = make,
	    .free = free_answer,
	    .reader = reader,
	    .feed = feed,
	    .finish = finish,
	    .fail = fail,
	    .restart = restart,
	    .signatures = signatures,
	};
	(void)match;
	converse_serve(s, &form);
}

/* A response by its id: none is ever kept. */
static void
serve_stored(struct service *s, const struct route_match *match)
{
	uint8_t token[CRYPT_HASH_SIZE];
	struct api_error error = {0};
	(void)match;
	if (access_take(s, token, &error))
		api_error_set(&error, FAULT_NOT_FOUND, NULL,
		    "There is no such response: responses are not stored.");
	body_refuse(
	    s, "openai.response", "-", token, 0, DIALECT_OPENAI, &error);
	api_error_clear(&error);
}

const struct endpoint endpoint_responses = {DIALECT_OPENAI, serve};
const struct endpoint endpoint_response = {DIALECT_OPENAI, serve_stored};
