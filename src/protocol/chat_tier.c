/* The tier of a request, in Gemini's body or among what was left out. */
#include "protocol/chat_tier.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"

static const char member[] = "serviceTier";

/* Other tiers are what everybody has. */
static const char *const tiers[] = {"flex", "priority"};

bool
chat_tier_take(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)field, (void)path;
	for (size_t i = 0; i < COUNT_OF(tiers); i++)
		if (strcmp(json_object_get_string(value), tiers[i]) == 0)
			b->req->tier = tiers[i];
	return true;
}

static void
cut(struct buf *b, size_t len)
{
	if (b->len > len)
		b->data[b->len = len] = '\0';
}

bool
chat_tier_set(struct chat_request *req, bool billed)
{
	bool has = json_get(req->gemini, member) != NULL;
	if (req->tier == NULL)
		return false;
	cut(&req->adjusted, req->adjusted_before_tier);
	if (billed)
		json_set_text(req->gemini, member, req->tier);
	else
		json_object_object_del(req->gemini, member);
	if (!billed)
		buf_fmt(&req->adjusted, "%sservice_tier",
		    req->adjusted.len > 0 ? ", " : "");
	return has != billed;
}

const char *
chat_tier_used(const struct chat_request *req)
{
	const char *used = json_get_text(req->gemini, member);
	for (size_t i = 0; used != NULL && i < COUNT_OF(tiers); i++)
		if (strcmp(used, tiers[i]) == 0)
			return tiers[i];
	return "default";
}
