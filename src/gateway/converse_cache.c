/* A conversation as the response cache knows it. */
#include "gateway/converse_parts.h"
#include "gateway/response_cache.h"
#include "protocol/cacheable.h"

bool
converse_cacheable(void *ctx, struct response_key *key)
{
	struct converse *c = ctx;
	return c->refusal.fault == FAULT_NONE && cacheable_openai(c->body) &&
	    response_key_add_bodies(key, c->body, c->request.gemini);
}
