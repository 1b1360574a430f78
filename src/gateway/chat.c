/* POST /v1/chat/completions: OpenAI's chat over Gemini's stream. */
#include "protocol/chat_answer.h"

#include "gateway/converse.h"
#include "gateway/endpoint.h"

static void *
make(const struct chat_request *req, const struct chat_stamp *stamp)
{
	return chat_answer_new(req, stamp);
}

static void
free_answer(void *answer)
{
	chat_answer_free(answer);
}

static struct gemini_reader *
reader(void *answer)
{
	return chat_answer_reader(answer);
}

static bool
feed(void *answer, struct json_object *event, struct buf *out)
{
	return chat_answer_feed(answer, event, out);
}

static void
finish(void *answer, struct buf *out)
{
	chat_answer_finish(answer, out);
}

static void
fail(void *answer, const struct api_error *error, struct buf *out)
{
	(void)answer;
	chat_answer_fail(error, out);
}

static void
restart(void *answer)
{
	chat_answer_restart(answer);
}

static struct json_object *
signatures(void *answer)
{
	return chat_answer_signatures(answer);
}

static void
serve(struct service *s, const struct route_match *match)
{
	static const struct converse_form form = {
	    .route = "openai.chat",
	    .id_prefix = "chatcmpl-",
	    .read = chat_request_read,
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

const struct endpoint endpoint_chat = {DIALECT_OPENAI, serve};
